"""What a refusal is: one sentence that names the file and says what to do."""

from __future__ import annotations

ADVICE = (
    *("envoyez", "enregistrez", "vérifiez", "supprimez", "nommez", "retirez", "renvoyez"),
    *("écrivez", "ouvrez"),
)


def assert_one_sentence(refusal: Exception, name: str) -> None:
    """One line, one period at its end, the file's name, a verb to act."""
    said = str(refusal)
    assert said.startswith((name, f"Le fichier {name}")) or name in said
    assert "\n" not in said
    assert said.endswith(".")
    assert ". " not in said.replace(name, "").replace("etc. ", "")
    assert any(verb in said for verb in ADVICE), said
    assert "Traceback" not in said
