"""How fast is Cordée on this machine, and how far from the least that such a page can cost here?"""
