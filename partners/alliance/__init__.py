"""The alliance of vocational education (职业教育联盟): members share bases, equipment, instructors and courses."""
