"""A Django model whose rows keep their history, as django-simple-history does it, in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from benchmarks.questions import Answer, Question, without_nought

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.history import Movement

_PAGE: Final = 2_000


class SimpleHistory:
    """One row a claim, and one row of history each time it was recorded or corrected."""

    PACKAGES: Final = ("django", "simple_history")

    def __init__(self, path: Path, moved: Sequence[Movement]) -> None:
        import django
        from django.conf import settings

        if settings.configured:
            settings.DATABASES["default"]["NAME"] = str(path)
        else:
            settings.configure(
                DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}},
                INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "simple_history"],
                DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
                USE_TZ=True,
                SIMPLE_HISTORY_ENABLED=True,
            )
            django.setup()
        from django.db import connection, transaction

        connection.close()
        connection.settings_dict["NAME"] = str(path)
        self._model = _model()
        history = self._model.history.model
        with connection.schema_editor() as editor:
            editor.create_model(self._model)
            editor.create_model(history)
        claims: dict[int, Any] = {}
        rows: list[Any] = []
        for one in moved:
            claim = claims.get(one.claim)
            is_new = claim is None
            if claim is None:
                claim = claims[one.claim] = self._model(
                    id=one.claim,
                    programme=one.programme,
                    benefit=one.benefit,
                    effective_on=one.effective_on,
                    pence=0,
                )
            claim.pence += one.pence
            rows.append(
                history(
                    id=one.claim,
                    programme=one.programme,
                    benefit=one.benefit,
                    effective_on=one.effective_on,
                    pence=claim.pence,
                    history_date=one.at,
                    history_type="+" if is_new else "~",
                )
            )
        with transaction.atomic():
            self._model.objects.bulk_create(claims.values(), batch_size=_PAGE)
            history.objects.bulk_create(rows, batch_size=_PAGE)

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        from django.db.models import Sum

        known = self._model.history.as_of(question.known_by)
        rows = (
            known.filter(programme=question.programme, effective_on__lte=question.as_at)
            .values("effective_on__year", "effective_on__month")
            .annotate(pence=Sum("pence"))
        )
        found: Answer = {}
        for row in rows:
            start = row["effective_on__year"] - (row["effective_on__month"] < 4)
            year = f"{start}/{(start + 1) % 100:02d}"
            found[year] = found.get(year, 0) + row["pence"]
        return without_nought(found)

    def close(self) -> None:
        """Let go of the file."""
        from django.db import connection

        connection.close()


def _nobody(historical: object) -> None:
    """Say who recorded a row of history: it is not kept."""


_MODELS: Final[list[Any]] = []


def _model() -> Any:
    """Return the model; Django takes it once."""
    if not _MODELS:
        from django.db import models
        from simple_history.models import HistoricalRecords

        class Claim(models.Model):  # type: ignore[misc]  # Django need not be installed.
            """What a benefit claims for a month."""

            programme = models.CharField(max_length=20, db_index=True)
            benefit = models.CharField(max_length=30)
            effective_on = models.DateField()
            pence = models.BigIntegerField()
            history = HistoricalRecords(
                history_user_id_field=models.IntegerField(null=True), history_user_getter=_nobody
            )

            class Meta:
                """It belongs to no app of its own."""

                app_label = "contenttypes"

        _MODELS.append(Claim)
    return _MODELS[0]
