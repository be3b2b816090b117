from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_files'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('kind', 'complaint'), ('state', 'closed')), fields=['site', 'closed_at'], name='complaint_closed'),
        ),
    ]
