# title: python3: JSON, regular expressions, classes, exceptions, with every object a block of its own
# needs: python3
. "$here/programs/python3.sh"
environment=(PYTHONMALLOC=malloc)
