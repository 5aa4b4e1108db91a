"""Where does a programme office write down what it knows? In pages of the site, over the same columns as the folder's.

`sheets` says which tables there are, `editing` writes their rows, `queries` reads them as a programme, `pasting` and
`packing` take in what a spreadsheet or a folder holds. Columns are those of `bilan.programme`, and nothing else.
"""
