"""`itk suite`: many cases, several under way at once, one honest verdict.

listing -> select -> run -> engine -> board -> index.json
(files)    (which)    |      |  '-- attempt: one case in its thread, by the same steps as `itk run`
                      |      '-- company: what the cases share: pre-flight, one reader of logs, Ctrl-C
                      '-- verdict: the exit code
"""
