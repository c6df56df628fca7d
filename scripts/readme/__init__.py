"""The README's tour, run as a reader would: `make readme`.

An HTML comment before a code block says what to do with it; without one, a block is only shown.

    <!-- run -->                      run each line after `$ `; the lines below are what it prints
    <!-- serve -->                    start the command in the background, until the next `serve`
    <!-- into FILE after "LINE" -->   put the block below the first line of FILE that reads so
    <!-- into FILE instead of NAME -->  put the block in the place of the method NAME of FILE
    <!-- change FILE -->              the block is a diff: its `-` lines become its `+` lines

In what a command prints, `…` stands for anything, on one line or over several.
"""
