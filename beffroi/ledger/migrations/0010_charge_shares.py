import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0004_history_append_only'),
        ('ledger', '0009_charges_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChargeShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.BigIntegerField(verbose_name='part')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='ledger.charge')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contract')),
            ],
            options={
                'ordering': ['contract_id'],
                'constraints': [
                    models.UniqueConstraint(fields=('charge', 'contract'), name='ledger_chargeshare_once', violation_error_message="Un contrat n'a qu'une part d'une ligne."),
                    models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='ledger_chargeshare_positive', violation_error_message="La part d'un contrat est plus grande que zéro."),
                ],
            },
        ),
        migrations.AlterConstraint(
            model_name='charge',
            name='ledger_charge_one_contract',
            constraint=models.UniqueConstraint(fields=('operation', 'funder', 'scheme', 'replaces'), name='ledger_charge_one_contract', nulls_distinct=False, violation_error_message="Quelqu'un vient de décider de cette ligne : relisez avant de décider à votre tour."),
        ),
        migrations.AlterConstraint(
            model_name='charge',
            name='ledger_charge_with_reason',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='ledger_charge_with_reason', violation_error_message='Dites pourquoi cette ligne est imputée ainsi.'),
        ),
        migrations.RunSQL(
            "INSERT INTO ledger_chargeshare (charge_id, contract_id, weight) "
            "SELECT id, contract_id, 1 FROM ledger_charge WHERE contract_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
