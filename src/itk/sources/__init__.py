"""Ways back: where evidence comes from. Each states its limits and reports when it reached one."""
