"""`python -m itk`."""

from itk.cli import main

if __name__ == "__main__":
    main()
