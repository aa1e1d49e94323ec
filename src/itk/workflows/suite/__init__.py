"""`itk suite`: many cases, several under way at once, one honest verdict.

select -> plan -> engine -> report
           |        '-- attempt: one case in its own thread, through the same steps as `itk run`
           '-- balance, listing
"""
