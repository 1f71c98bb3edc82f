"""What every room uses: tables and files, progress, errors, resources, links, and the words around numbers."""
