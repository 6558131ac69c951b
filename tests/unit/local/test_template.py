from pathlib import Path

from local import template


def test_short_tags_are_expanded(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        "a: !Ref Queue\nb: !GetAtt Queue.Arn\nc: !Sub '${Queue}-x'\nd: !If [Cond, !Ref A, !Ref AWS::NoValue]\n"
        "e: !Equals [!Ref A, '']\nf: !GetAtt [Queue, Arn]\ng: !Condition Cond\n"
    )

    assert template.load(file) == {
        "a": {"Ref": "Queue"},
        "b": {"Fn::GetAtt": ["Queue", "Arn"]},
        "c": {"Fn::Sub": "${Queue}-x"},
        "d": {"Fn::If": ["Cond", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]},
        "e": {"Fn::Equals": [{"Ref": "A"}, ""]},
        "f": {"Fn::GetAtt": ["Queue", "Arn"]},
        "g": {"Condition": "Cond"},
    }
