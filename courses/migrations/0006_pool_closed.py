from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_table_language")]
    operations = [
        migrations.AddField(
            model_name="seatpool",
            name="closed",
            field=models.BooleanField(
                default=False, editable=False, help_text="The intake is cancelled: no seat is given any more."
            ),
        ),
    ]
