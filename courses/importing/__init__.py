"""Courses with their intakes and meetings, from a schedule file (CSV or XLSX) into the site.

The way of a file: `reading` makes rows of text; `mapping` (a TOML file) says which column is what; `cells` turns text
into values; `rows` makes an `Entry` of each row or says in words what is wrong with it; `planning` compares the entries
with what the site has; `writing` makes it so, one transaction a course. The command `import_courses` and its report
are the only user. What the TOML files may say: docs/importing.md.
"""
