import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contracts', '0004_history_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveIntegerField(verbose_name='rang')),
                ('is_public', models.BooleanField(verbose_name='publié')),
                ('reason', models.TextField(verbose_name='raison')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='le')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contract')),
            ],
            options={
                'ordering': ['contract_id', 'rank'],
                'constraints': [models.UniqueConstraint(fields=('contract', 'rank'), name='portal_publication_one_at_a_time', violation_error_message="Quelqu'un vient d'en décider : relisez avant de décider."), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='portal_publication_with_reason', violation_error_message="Dites pourquoi ce contrat est publié, ou ne l'est plus.")],
            },
        ),
    ]
