from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_rounds'),
    ]

    operations = [
        migrations.CreateModel(
            name='Major',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('edition', models.CharField(help_text='Year of the catalog.', max_length=10, verbose_name='edition')),
                ('level', models.CharField(choices=[('secondary', 'secondary vocational school'), ('college', 'college')], max_length=10, verbose_name='level')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('group', models.CharField(max_length=40, verbose_name='class of majors')),
            ],
            options={
                'verbose_name': 'major',
                'verbose_name_plural': 'majors',
                'ordering': ['level', 'code', 'edition'],
                'constraints': [models.UniqueConstraint(fields=('code', 'edition', 'level'), name='one_major_per_code_and_edition')],
            },
        ),
    ]
