"""Sample content for the demo: institutions, courses, pictures and people of a made-up 大兴安岭.

Nothing here is real: names carry 示例, telephone numbers are 0457-000 0000, identity numbers are computed. The command
`load_sample` puts it together.
"""
