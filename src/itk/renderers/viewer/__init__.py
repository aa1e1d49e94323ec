"""The interactive pages: a bundle of TypeScript, and the data that it draws."""
