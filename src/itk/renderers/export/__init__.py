"""A run in the formats of other tools: `itk export` writes these, `itk run` does not."""
