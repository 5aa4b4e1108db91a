"""Films: what does the file say of itself?"""
