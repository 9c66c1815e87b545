"""What each format makes of small files, good and bad: why it is that format, each document, and each message.

The files are rows of (format, name, content, files beside it); what is read of them stands in the snapshot, to be read
there. `pytest --snapshot-update` keeps a change of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from reader import formats
from reader.errors import InputError
from reader.formats import Found, Source
from reader.model import Document

Row = tuple[str, str, str, dict[str, str]]


def row(format_name: str, content: str, name: str = "a", **beside: str) -> Row:
    """`beside` names a file by its name, with `__` for a dot."""
    return format_name, name, content, {key.replace("__", "."): text for key, text in beside.items()}


T = '"text": "Ada met Bob."'
ROWS = [
    # --- doccano
    row("doccano", '{"text": "Ada 😀 met", "label": [[0, 3, "PER"], [4, 5, 7]], "cats": ["war"], "id": 5}'),
    row("doccano", f'{{{T}, "entities": [{{"id": 1, "label": "A", "start_offset": 0, "end_offset": 3}}, '
        '{"id": 2, "label": "B", "start_offset": 8, "end_offset": 11}], "relations": [{"from_id": 1, "to_id": 2, '
        '"type": "met"}], "Comments": [], "meta": {"x": 1}}'),
    row("doccano", f'{{{T}, "labels": [[0, 3]]}}\n{{{T}, "label": [5]}}\n{{{T}, "label": [[0, 99, "X"]]}}\n'
        f'{{{T}, "entities": [{{"id": [], "start_offset": 0, "end_offset": 1, "label": "X"}}]}}\n'
        f'{{{T}, "relations": [{{"from_id": 1, "to_id": 2, "type": "x"}}]}}\n{{{T}, "relations": [5]}}\n'
        f'{{{T}, "label": [["0", 1, "X"]]}}\n{{{T}, "label": [[0, 1, ""]]}}\n{{"data": ""}}\n{{{T}, "cats": [""]}}\n'
        f'{{{T}, "label": ["", "war"]}}\n{{{T}, "label": ["war", "law"]}}'),
    # --- Label Studio
    row("label-studio", '[{"id": 7, "data": {"text": "Ada 😀 met", "n": 1}, "annotations": [{"completed_by": '
        '{"email": "ann@x"}, "result": [{"id": "a", "type": "labels", "value": {"start": 0, "end": 3, "text": "Ada", '
        '"labels": ["PER", "WHO"]}}, {"id": "b", "type": "hypertextlabels", "value": {"globalOffsets": {"start": 6, '
        '"end": 9}, "hypertextlabels": ["X"]}}, {"type": "relation", "from_id": "a", "to_id": "b", "direction": "left",'
        ' "labels": ["met"]}, {"type": "relation", "from_id": "a", "to_id": "b"}, {"type": "choices", "value": '
        '{"choices": ["war"]}}, {"type": "rating", "value": {"rating": 3}}]}, {"completed_by": 5, "was_cancelled": '
        'true, "result": []}], "predictions": [{"model_version": "m1", "score": 0.5, "result": [{"type": "labels", '
        '"score": 0.25, "value": {"start": 0, "end": 3, "labels": ["PER"]}}]}, {"result": [{"type": "labels", "value": '
        '{"start": 0, "end": 3, "labels": ["ORG"], "score": 0.75}}]}]}]'),
    row("label-studio", '{"data": {"x": 1}}\n{"data": {"body": "Ada"}, "annotations": [{"result": []}]}\n'
        '{"data": {"text": "Ada"}, "annotations": [{"result": [{"type": "labels", "value": {"start": 0, "end": 1}}]}]}\n'
        '{"data": {"text": "Ada"}, "annotations": [{"result": [{"type": "labels"}]}]}\n'
        '{"data": {"text": "Ada"}, "annotations": [{"result": [5]}]}\n{"data": {"text": "Ada"}, "annotations": [5]}\n'
        '{"data": {"text": "Ada"}, "annotations": [{"result": [{"type": "relation", "from_id": "x", "to_id": 1}]}]}\n'
        '{"data": {"text": "Ada"}, "predictions": [7]}\n{"data": 5}\n{"data": {"text": ""}}\n'
        '{"data": {"text": "Ada"}, "annotations": [{"result": [{"type": "choices", "value": {"choices": [""]}}]}]}\n'
        '{"data": {"text": "😀 Ada"}, "annotations": [{"result": [{"type": "labels", "value": {"start": 3, "end": 6, '
        '"text": "Ada", "labels": ["X"]}}]}]}\n'
        '{"data": {"text": "Ada", "title": "t", "source": "s"}, "completions": [{"completed_by": true}], "inner_id": 1}'),
    row("label-studio-min", '[{"text": "Ada met", "annotation_id": 1, "annotator": 2, "label": [{"start": 0, "end": 3, '
        '"text": "Ada", "labels": ["PER"]}], "topic": "war", "topics": {"choices": ["law", "war"]}, "lead_time": 2.5}]'),
    row("label-studio-min", '{"text": "Ada", "label": [5]}\n{"text": "Ada", "label": [{"start": 0, "end": 9, "labels": '
        '["X"]}]}\n{"text": "Ada", "label": [{"start": 0, "end": 1, "labels": []}]}\n{"label": []}'),
    # --- Argilla
    row("argilla", '{"fields": {"text": "Ada met"}, "responses": {"q": [{"user_id": "u1", "value": [{"start": 0, "end":'
        ' 3, "label": "PER"}]}, {"user_id": "u2", "status": "discarded", "value": []}]}, "suggestions": {"q": {"agent":'
        ' "m", "value": [{"start": 4, "end": 7, "label": "X", "score": 0.5}]}}, "metadata": {"a": 1}}\n'
        '{"text": "Ada", "prediction": [["PER", 0, 3, 0.5], ["X", 0, 1]], "prediction_agent": "m", "annotation": '
        '[{"label": "PER", "start": 0, "end": 3}], "annotation_agent": "ann", "tokens": ["Ada"], "status": "Validated"}'
        '\n{"text": "Ada", "annotation": null, "status": "Discarded", "metadata": {"b": 2}, "id": 5}'),
    row("argilla", '{"fields": {"text": "Ada"}, "responses": {"q": [5]}}\n{"fields": {"text": "Ada"}, "responses": '
        '{"q": [{"value": [["X", 0]]}]}}\n{"fields": {"text": "Ada"}, "suggestions": {"q": [{"value": [7]}]}}\n'
        '{"fields": {"n": 1}}\n{"fields": 1}\n{"text": "Ada", "prediction": 5}\n{"text": "Ada", "annotation": [["X", 0,'
        ' 9]]}\n{"text": "Ada", "prediction": [["X", 0, 1]], "status": "Default"}\n{"text": "Ada", "annotation_agent": " x"}'
        '\n{"fields": {"text": "Ada"}, "responses": 1}\n{"fields": {"text": "Ada"}, "metadata": 5}'),
    # --- PubAnnotation
    row("pubannotation", f'{{{T}, "denotations": [{{"id": "T1", "span": {{"begin": 0, "end": 3}}, "obj": "PER"}}, '
        '{"span": {"begin": 8, "end": 11}, "obj": "PER"}], "attributes": [{"subj": "T1", "pred": "age", "obj": 36}, '
        '{"subj": "T9", "pred": "x", "obj": "y"}], "relations": [{"pred": "met", "subj": "T1", "obj": "T2"}], "sourceid"'
        ': "5", "meta": {"a": 1}, "source": "there"}'),
    row("pubannotation", f'{{{T}, "denotations": [5]}}\n{{{T}, "denotations": [{{"span": {{"begin": 0}}, "obj": "X"}}]}}'
        f'\n{{{T}, "denotations": [{{"span": {{"begin": 0, "end": 1}}}}]}}\n{{{T}, "denotations": [], "relations": '
        f'[{{"pred": "x", "subj": "T1", "obj": 5}}]}}\n{{{T}, "denotations": [], "relations": [5]}}\n{{{T}, '
        f'"denotations": [], "attributes": [5]}}\n{{{T}, "denotations": [{{"span": 5, "obj": "X"}}]}}'),
    # --- BioC
    row("bioc-json", '{"source": "PubMed", "documents": [{"id": "1", "infons": {"doi": "x"}, "passages": [{"infons": '
        '{"type": "title"}, "offset": 0, "text": "Ada met", "annotations": [{"id": "1", "infons": {"type": "PER", "n": 5},'
        ' "text": "Ada", "locations": [{"offset": 0, "length": 3}]}, {"id": "2", "infons": {"type": "X"}, "text": "Ad t",'
        ' "locations": [{"offset": 0, "length": 2}, {"offset": 6, "length": 1}]}, {"id": "3", "infons": {"type": "Y"}, '
        '"text": "none", "locations": []}, {"id": "4", "infons": {"type": "Z"}, "text": "Bob", "locations": [{"offset": '
        '4, "length": 3}]}]}, {"offset": 10, "text": "Bob", "sentences": [], "relations": [{"id": "R1", "infons": '
        '{"type": "met"}, "nodes": [{"refid": "1", "role": "Object"}, {"refid": "4", "role": "Subject"}]}]}], '
        '"relations": [{"infons": {"type": "odd"}, "nodes": [{"refid": "1", "role": ""}]}, {"infons": {"type": "kept"}, '
        '"nodes": []}]}]}'),
    row("bioc-json", '{"documents": [5, {"id": "7", "passages": []}, {"id": "8", "passages": [{"text": "Ada"}]}]}'),
    row("bioc-json", '{"passages": []}\n{"passages": [5]}\n{"passages": [{"offset": 99999, "text": "a"}, {"offset": 0, '
        '"text": "b"}]}\n{"passages": [{"offset": 5, "text": "abc", "annotations": [{"infons": {"type": "X"}, "locations"'
        ': [{"offset": 4, "length": 1}]}]}]}\n{"passages": [{"offset": 0, "text": "abc", "annotations": [{"infons": '
        '{"type": "X"}, "locations": [{"offset": 0, "length": 2}, {"offset": 1, "length": 2}]}]}]}\n{"passages": '
        '[{"offset": 0, "sentences": [{"offset": 0, "text": "One."}, {"offset": 5, "text": "Two.", "annotations": '
        '[{"infons": {}, "locations": [{"offset": 5, "length": 3}]}]}]}]}\n{"passages": [{"offset": "0", "text": "a"}]}\n'
        '{"passages": [{"offset": 0, "text": "a", "annotations": [5]}]}\n{"passages": [{"text": "a", "annotations": '
        '[{"locations": [5]}]}]}\n{"passages": [{"text": "a", "relations": [{"nodes": [5]}]}]}'),
    row("bioc-xml", '<?xml version="1.0"?>\n<collection><source>s</source><document><id>7</id><infon key="k">v</infon>'
        '<passage><infon key="type">title</infon><offset>0</offset><text>Ada met</text><annotation id="1"><infon key='
        '"type">PER</infon><location offset="0" length="3"/><text>Ada</text></annotation></passage><passage><offset>8'
        '</offset><sentence><offset>8</offset><text>Bob.</text></sentence></passage></document>\n<document><id>8</id>'
        '</document><document><passage><offset>x</offset><text>a</text></passage></document></collection>'),
    # --- CAS
    row("cas-json", '{"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "😀 Ada '
        'met"}, {"%ID": 2, "%TYPE": "x.NamedEntity", "@sofa": 1, "begin": 3, "end": 6, "value": "PER", "identifier": '
        '"Q1"}, {"%ID": 3, "%TYPE": "x.NamedEntity", "@sofa": 1, "begin": 3, "end": 6, "value": "PER", "identifier": '
        '"Q1"}, {"%ID": 4, "%TYPE": "x.Rel", "@sofa": 1, "@Governor": 2, "@Dependent": 9, "begin": 0, "end": 2, "x": "y"}, '
        '{"%ID": 5, "%TYPE": "x.Rel", "@sofa": 1, "@Governor": 2, "@Dependent": 2, "begin": 0, "end": 2, "value": "is"}, '
        '{"%ID": 6, "%TYPE": "x.Empty", "@sofa": 1, "begin": 2, "end": 2}, '
        '{"%ID": 10, "%TYPE": "uima.tcas.DocumentAnnotation", "@sofa": 1, "begin": 0, "end": 10, "language": "de"}, '
        '{"%ID": 7, "%TYPE": "x.Link", "@sofa": 1, "begin": 0, "end": 2, "@next": 8, "referenceType": "nam", '
        '"referenceRelation": "r"}, {"%ID": 8, "%TYPE": "x.Link", "@sofa": 1, "begin": 3, "end": 6, "@next": 9}, '
        '{"%ID": 9, "%TYPE": "x.Link", "@sofa": 1, "begin": 7, "end": 10}], "%VIEWS": {"a": {"%SOFA": 1, "%MEMBERS": '
        '[2, 3, 4, 5, 6, 7, 8, 9, 10]}}}'),
    row("cas-json", '{"%FEATURE_STRUCTURES": []}\n{"%FEATURE_STRUCTURES": [5]}\n{"%FEATURE_STRUCTURES": {"1": 5}}\n'
        '{"%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "Ada"}, {"%ID": 2, "%TYPE": '
        '"x.NamedEntity", "@sofa": 1, "begin": "a", "end": 3}], "%VIEWS": {"a": {"%SOFA": 1, "%MEMBERS": [2]}}}\n{"%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": '
        '"uima.cas.Sofa", "sofaString": "Ada"}, {"%ID": 2, "%TYPE": "x.NamedEntity", "@sofa": 1, "begin": 0, "end": 9}], "%VIEWS": {"a": {"%SOFA": 1, "%MEMBERS": [2]}}}\n'
        '{"%FEATURE_STRUCTURES": [], "%VIEWS": {"a": 5}}'),
    row("cas-xmi", '<?xml version="1.0"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
        ' xmlns:t="http:///x.ecore"><cas:NULL xmi:id="0"/><t:NamedEntity xmi:id="2" sofa="1" begin="0" end="3" value='
        '"PER"/><t:Token xmi:id="4" sofa="1" begin="0" end="3"/><cas:Sofa xmi:id="1" sofaString="Ada met"/><cas:View sofa="1" members="2 4"/></xmi:XMI>'),
    row("cas-xmi", '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"></xmi:XMI>'),
    # --- GATE's bdoc and XML
    row("bdoc", '{"text": "😀 Ada", "offset_type": "j", "name": "n", "features": {"a": 1}, "annotation_sets": {"": '
        '{"annotations": [{"id": 0, "type": "PER", "start": 3, "end": 6, "features": {"k": "v", "n": 1}}, {"type": "E", '
        '"start": 1, "end": 1}]}, "eve": {"annotations": []}}}\n{"text": "Ada", "annotation_sets": {"x": 5}}\n{"text": '
        '"Ada", "annotation_sets": {"x": {"annotations": [5]}}}\n{"text": "Ada", "annotation_sets": {"x": {"annotations":'
        ' [{"start": 0, "end": 1}]}}}\n{"text": "Ada", "annotation_sets": {" x": {"annotations": []}}}\n{"text": "Ada", '
        '"annotation_sets": {}}\n{"text": "Ada", "annotation_sets": {"x": {"annotations": [{"start": 0, "end": 1, "type":'
        ' "X", "features": {" k": "v"}}]}}}'),
    row("bdoc", "x", "a.bdocym"),
    row("gate-xml", '<?xml version="1.0"?>\n<GateDocument version="3"><TextWithNodes><Node id="0"/>Ada<Node id="3"/> met'
        '</TextWithNodes>\n<AnnotationSet><Annotation Id="1" Type="PER" StartNode="0" EndNode="3"><Feature><Name>k</Name>'
        '<Value>v&amp;w</Value></Feature></Annotation>\n<Annotation Type="" StartNode="0" EndNode="3"/>\n<Annotation '
        'Type="E" StartNode="3" EndNode="3"/>\n<Annotation Type="N" StartNode="0" EndNode="9"/></AnnotationSet>'
        '<AnnotationSet Name="eve"/><AnnotationSet Name="Original markups"><Annotation Type="p" StartNode="0" EndNode="3'
        '"/></AnnotationSet></GateDocument>'),
    row("gate-xml", "<GateDocument><TextWithNodes></TextWithNodes></GateDocument>"),
    row("gate-xml", "<GateDocument>\n<TextWithNodes>Ada</TextWithNodes>\n</GateDokument>"),
    # --- tagtog
    row("tagtog", '{"annotatable": {"parts": ["s1", "s2"]}, "anncomplete": true, "metas": {"m_1": {"value": true}, "m_2":'
        ' {"value": false}}, "entities": [{"classId": "e_1", "part": "s1", "offsets": [{"start": 0, "text": "Ada"}], '
        '"fields": {"f_1": {"value": 36}, "f_2": "y"}}, {"classId": "e_2", "part": "s2", "offsets": [{"start": 0, "text":'
        ' "B"}, {"start": 2, "text": "b"}]}], "relations": [{"classId": "r", "entities": ["s1|0,3", "s2|0,3"]}, '
        '{"classId": "r", "entities": ["s1|0,3", "s9|0,3"]}]}', "a.ann.json",
        a__plain__html='<html><pre id="s1">\nAda &amp; co</pre><br><p id="s2">Bob</p></html>',
        annotations_legend__json="{}"),
    row("tagtog", '{"annotatable": {"parts": []}, "entities": []}', "b.ann.json"),
    row("tagtog", '{"annotatable": {"parts": ["s1"]}, "entities": []}', "c.ann.json",
        c__plain__html='<html><pre id="s1">Ada<![[ x>met<![odd[ y</pre></html>'),
    *(row("tagtog", content, "a.ann.json", a__plain__html='<html><pre id="s1">Ada</pre><i id="s2"></i></html>')
      for content in (
        '{"annotatable": {"parts": ["s9"]}, "entities": []}', '{"annotatable": {"parts": ["s2"]}, "entities": []}',
        '{"annotatable": 5, "entities": []}', '{"annotatable": {"parts": ["s1"]}, "entities": [5]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [{"part": "s9"}]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [{"part": "s1", "classId": "e"}]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [{"part": "s1", "offsets": [{"start": 0, "text": "Bob"}]}]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [{"part": "s1", "offsets": [{"start": 0, "text": "A"}]}]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [], "metas": {"": {"value": true}}}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [], "relations": [5]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [{"part": ["s1"]}]}',
        '{"annotatable": {"parts": ["s1"]}, "entities": [], "relations": [{"classId": "r", "entities": [["s1"], {}]}]}')),
    # --- Web Annotations
    row("w3c", '{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "label": "L", "items": [{"id":'
        ' "1", "type": "Annotation", "creator": {"name": "ann"}, "body": [{"purpose": "tagging", "value": "PER"}, '
        '{"purpose": "commenting", "value": "why"}], "target": {"source": "x/a.txt", "selector": {"type": '
        '"TextPositionSelector", "start": 0, "end": 3}}}, {"id": "2", "creator": "ann", "body": {"value": "X"}, "target": '
        '{"source": "a.txt", "selector": [{"type": "TextQuoteSelector", "exact": "met", "prefix": "Ada ", "suffix": " '
        'Bob"}, {"type": "TextPositionSelector", "start": 0, "end": 3}]}}, {"id": "3", "creator": "ann", "body": [], '
        '"target": {"source": "a.txt", "selector": {"type": "FragmentSelector", "value": "char=8,11"}}}, {"type": '
        '"Annotation", "creator": "ann", "motivation": "linking", "body": {"value": "met", "purpose": "tagging"}, "target"'
        ': [{"id": "1"}, {"id": "2"}]}, {"type": "Annotation", "creator": "ann", "motivation": "linking", "target": '
        '["1", "9"]}, {"type": "Annotation", "creator": "ann", "body": [{"value": "war"}, {"purpose": "describing", '
        '"value": "all"}], "target": "a.txt"}]}', "p.jsonld", a__txt="Ada met Bob. Bob"),
    row("w3c", '{"type": "AnnotationPage", "creator": "eve"}', "p.jsonld", p__txt="Ada"),
    row("w3c", '{"type": "AnnotationPage"}', "q.jsonld"),
    row("w3c", '{"type": "Annotation", "target": {"source": "a.txt", "selector": {"type": "CssSelector"}}}', "p.jsonld",
        a__txt="Ada"),
    row("w3c", '[{"type": "Annotation", "target": "b.txt"}, {"type": "Annotation", "target": {"source": "a.txt", '
        '"selector": {"type": "CssSelector"}}}, {"id": "x", "target": {"source": "a.txt", "selector": {"type": '
        '"TextQuoteSelector", "exact": "Eve"}}}, {"target": {"source": "a.txt", "selector": {"type": "TextQuoteSelector",'
        ' "exact": "Bob"}}}, {"target": {"source": "a.txt", "selector": {"type": "TextPositionSelector", "start": 0, '
        '"end": 99}}}, {"target": {"source": "a.txt", "selector": {"type": "TextPositionSelector", "refinedBy": {}}}}, '
        '{"target": {"source": {"id": "a.txt"}, "selector": {"type": "TextPositionSelector", "start": 0, "end": 3}}, '
        '"body": {"purpose": "tagging", "value": "\u202e"}}]', "p.jsonld", a__txt="Ada met Bob. Bob"),
    row("w3c", '{"type": "AnnotationPage", "creator": "\\u0000"}', "p.jsonld", p__txt="Ada"),
    # --- DataTurks, LightTag, NER Annotator
    row("dataturks", '{"content": "Ada met", "annotation": [{"label": ["PER", "WHO"], "points": [{"start": 0, "end": 2, '
        '"text": "Ada"}]}], "extras": {"a": 1}, "metadata": {"b": 2}}\n{"content": "😀 Ada", "annotation": [{"label": "PER", "points": [{"start": 3, "end": 5, "text": "Ada"}]}]}\n'
        '{"content": "Ada", "annotation": null}\n'
        '{"content": "Ada", "annotation": [5]}\n{"content": "Ada", "annotation": [{"label": ["X"], "points": [5]}]}\n'
        '{"content": "Ada", "annotation": [{"label": ["X"], "points": [{"start": 0, "end": 9, "text": "A"}]}]}\n'
        '{"content": ""}\n{"content": "Ada", "annotation": [{"label": [""], "points": [{"start": 0, "end": 0}]}]}'),
    row("lighttag", '{"examples": [{"content": "Ada met", "metadata": {"a": 1}, "annotations": [{"start": 0, "end": 3, '
        '"value": "Ada", "tag": "PER", "annotated_by": [{"annotator": "ann"}]}]}, {"content": "Ada"}, {"content": ""}, 5,'
        ' {"content": "Ada", "annotations": [5]}, {"content": "Ada", "annotations": [{"start": 0, "end": 9, "tag": "X"}]},'
        ' {"content": "Ada", "annotations": [{"start": 0, "end": 1}]}]}'),
    row("lighttag", '{"dataset": {"examples": [{"content": "Ada"}]}}'),
    row("lighttag", '{"dataset": 5}'),
    row("ner-annotator", '{"classes": ["PER"], "annotations": [["😀 Ada", {"entities": [[3, 6, "PER"]]}], null, 5, ["Ada"'
        ', {"entities": [[0, 1]]}], ["Ada", {"entities": [[0, 9, "X"]]}], ["Ada", 5], ["", {}]]}'),
    # --- tokens and tags in JSON
    row("huggingface", '{"tokens": ["Ada", "met", "Bob"], "ner_tags": [1, 0, 1], "id": 5}\n{"tokens": ["Ada"], '
        '"ner_tags": ["B-PER"]}\n{"tokens": ["Ada"], "ner_tags": [7]}\n{"tokens": ["Ada"], "ner_tags": []}\n{"tokens": '
        '[""], "ner_tags": ["O"]}\n{"tokens": []}\n{"tokens": ["Ada"], "ner_tags": [null]}\n{"tokens": ["Ada", "x"], '
        '"ner_tags": ["B-PER", "I-PER"], "text": "Ada  x"}\n{"tokens": ["Ada", "y"], "ner_tags": ["O", "O"], "text": '
        '"Ada x"}', "a", dataset_info__json='{"features": {"ner_tags": {"feature": {"names": ["O", "B-PER"]}}}}'),
    row("huggingface", '{"tokens": ["Ada"], "ner_tags": [1]}\n{"tokenized_text": ["Ada", "met"], "ner": [[0, 1, "PER"]]}'
        '\n{"tokenized_text": ["Ada"], "ner": [[0, 1, "X"]]}\n{"tokenized_text": ["Ada"], "ner": [[0, 0]]}\n'
        '{"tokenized_text": ["Ada"], "ner": [["0", 0, "X"]]}\n{"tokenized_text": ["Ada"], "ner": [[0, null, "X"]]}'),
    row("spacy-tuples", '[["Ada met", {"entities": [[0, 3, "PER"]], "spans": {"sc": [[4, 7, "X"]]}, "cats": {"war": 0.5,'
        ' "law": 0.25}}], ["Ada", {"cats": {"b": true}}], ["Ada met", {"entities": ["U-PER", "O"]}], 5, ["Ada", 5], ["Ada", '
        '{"entities": ["O", "O"]}], ["Ada", {"entities": [[0, 1]]}], ["Ada", {"entities": [["0", 1, "X"]]}], ["", {}], '
        '["Ada", {"entities": [[0, 9, "X"]]}], ["Ada", {"cats": {"": 1}}]]'),
    *(row("spacy-tuples", f'[["Ada", {{"{key}": {{}}}}]]') for key in ("spans", "cats", "links")),
    row("spacy-json", '[{"id": 0, "paragraphs": [{"raw": "Ada met", "sentences": [{"tokens": [{"orth": "Ada", "ner": '
        '"U-PER"}, {"orth": "met", "ner": "O"}]}], "cats": [{"label": "war", "value": 1.0}, {"label": "law", "value": '
        '0.0}]}]}, {"id": 1, "paragraphs": [{"sentences": [{"tokens": [{"orth": "Ada", "ner": "B-PER"}, {"orth": "K", '
        '"ner": "L-PER"}]}]}]}, {"paragraphs": [{}]}, {"paragraphs": [5]}, {"paragraphs": [{"sentences": [5]}]}, '
        '{"paragraphs": [{"sentences": [{"tokens": [5]}]}]}, {"paragraphs": [{"raw": "Ada", "sentences": [{"tokens": '
        '[{"orth": "Eve", "ner": "O"}]}]}]}]'),
    row("prodigy", f'{{{T}, "tokens": [{{"text": "Ada", "start": 0, "end": 3, "id": 0}}], "spans": [{{"start": 0, "end": '
        '3, "label": "PER", "token_start": 0, "token_end": 0, "wiki": "Q7"}], "answer": "accept", "_session_id": "ann", '
        f'"meta": {{"title": "t", "source": "s", "n": 1}}, "_view_id": "ner"}}\n{{{T}, "spans": [5]}}\n{{{T}, '
        f'"relations": [5]}}\n{{{T}, "accept": [""]}}\n{{{T}, "spans": [{{"start": 0, "end": 3, "label": ""}}]}}'),
    *(row("prodigy", f'{{"text": "Ada met Bob.", "answer": "{answer}"}}') for answer in ("accept", "reject", "ignore", "no")),
    row("jsonl", f'{{{T}, "spans": [{{"start": 0, "end": 3, "label": "PER"}}], "entities": 1}}\n{{{T}, "label": [[0, 3, '
        f'"X"]]}}\n{{{T}, "meta": {{"a": 1}}, "a": 2}}\n{{{T}, "notes": [5]}}\n{{{T}, "status": "maybe"}}\n{{{T}, "spans":'
        ' [{"start": 0, "end": 3, "label": "X", "fragments": [[0, 1], [2, 3]], "attributes": {"k": "v"}}]}\n'
        f'{{{T}, "spans": [{{"start": 0, "end": 3, "label": "X", "attributes": {{"k": 1}}}}]}}\n{{{T}, "tokens": [[0, 3], '
        f'[2, 5]]}}\n{{{T}, "relations": [{{"head": 5}}]}}\n{{{T}, "suggestions": [{{"start": 0, "end": 3, "label": "X"}}]}}'
        f'\n{{{T}, "tags": [5]}}\n{{{T}, "rejected": [5]}}\n{{{T}, "annotator": " x"}}\n{{{T}, "language": "de", "title": '
        '"t", "source": "s"}'),
    # --- brat
    row("brat", "T1\tPER 0 3\tAda\nT2\tX 0 1;2 3\tA a\nR1\tmet Arg1:T1 Arg2:T2\nA1\tage T1 36\nM2\tneg T2\n#1\t"
        "AnnotatorNotes T1\twhy?\\n\\tx\n#2\tAnnotatorNotes DOCUMENT\tall\nE1\tX:T1 Arg:T2\n*\tEquiv T1 T2\nN1\tRef T1 "
        "wiki:Q7\tAda\n", "a.ann", a__txt="Ada 😀 met"),
    row("brat", "T1\tPER 0 3\tAda\nT1\tPER 0 3\tAda\nT2 PER 0 3\nTx\tPER 0 3\nT3\tX 0 2;1 3\nT4\tX 0 1;2 3\tA b\nT5\tX "
        "4 6\tmet\nT6\tX 6 9\tmet\nR1\tmet Arg1:T1 Arg2:T9\nR2\tmet Arg1:T1 Arg2:E1\nE1\tX:T8\nA1\tage T9\nQ\tx\n#1\t"
        "AnnotatorNotes T9\tx\nR3\tmet T1\nT7\tX 0 99\n\n", "a.ann", a__txt="Ada 😀 met"),
    row("brat", "T1\tPER 0 3\tAda\n", "b.ann"),
    # --- SLATE
    row("slate", "(0, 0) - label:PER\n((0, 0), (0, 1)) - label:X label:Y\n(0, 1, 1) - Z\n(1) -\n() - war\n(0, 0) (0, 1) - "
        "met\n(0, 0) (1) -\n", "a.txt.annotations", a__txt="Ada met\nBob"),
    row("slate", "x\n(9) - X\n(0, 9) - X\n(0, 0, 9) - X\n() (0, 0) - X\n(0,0) (0,1) (1) - X\n(99999999999999) - X\n((0, 1)"
        ", (0, 0)) - X\n(0, 0) - " + "x" * 999 + "\n(2) - X\n", "a.txt.annotations", a__txt="Ada met\nBob\n"),
    row("slate", "(0, 0) - X\n", "b.txt.annotations"),
    # --- columns
    row("conll", "-DOCSTART- -X- O O\n\nAda NNP B-NP B-PER\nmet VBD O O\n. . O I-PER\n\nBob NNP O B-ORG\n"),
    row("conll", "Ada B-PER\r\nmet O\r\n\r\nBob I-PER\r\n"),
    row("conll", "Ada\tB-PER\nmet\tO\nBob\tx\n"),
    row("conll", "Ada\tB-PER\nmet\tO\n"),
    row("conll", "Ada B-PER\nmet\n# a comment here\nx y z\nBob \0 O\n\n"),
    row("conll", "\n\n"),
    row("conll", "1\tAda\tB-PER\tO\n2\tmet\tO\tO\n3\tBob\tB-PER\tB-X\n\n# newdoc id = two\n1\tEve\tO\tO\n"),
    row("conll", "Ada\t\nmet\tB-PER\nB\0b\tO\n"),
    row("bilou", "Ada U-PER\nmet O\nNew B-GPE\nYork L-GPE\n"),
    row("bioes", "Ada S-PER\nmet O\nNew B-GPE\nYork E-GPE\n"),
    row("conll-2012", "#begin document (nw/x); part 001\n\nnw/x 0 0 Ada NNP * - - - - (PERSON) (1)\nnw/x 0 1 met VBD * - - -"
        " - * -\n\nnw/x 0 0 Bob NNP * - - - - (PER* (2\nnw/x 0 1 K NNP * - - - - *) 2)\n#end document\n#begin document "
        "(y)\ny Ada (PER-1-Q7)\ny a b c\ny a *)\ny a 5)\ny a 5\n#begin document (z)\nz a (5\n"),
    row("conllu", "# newdoc id = d1\n# global.Entity = GRP-etype\n1\tAda\t_\t_\t_\t_\t_\t_\t_\tEntity=(1-PER)|SpaceAfter="
        "No\n2\t's\t_\t_\t_\t_\t_\t_\t_\tname=B-X\n3-4\tcannot\t_\t_\t_\t_\t_\t_\t_\t_\n3\tcan\t_\t_\t_\t_\t_\t_\t_\t"
        "Entity=(2-ORG\n4\tnot\t_\t_\t_\t_\t_\t_\t_\tEntity=2)\n4.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\n1\tBob\t_\t_\t_\t_\t_\t_"
        "\t_\tSpacesAfter=\\n\\n\n"),
    row("conllu", "x\n1\tAda\nx\tAda\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\t_\t_\t_\t_\t_\t_\t_\tEntity=9)\n"),
    row("conllu", "# newdoc id = d1\n1\tAda\t_\t_\t_\t_\t_\t_\t_\tEntity=(1-PER\n# newdoc\n1\tAda\t_\t_\t_\t_\t_\t_\t_\t"
        "name=B-\n# newdoc\n1\tAda\t_\t_\t_\t_\t_\t_\t_\tEntity=(1-\n"),
    row("conllu", "# global.columns = ID FORM X:NER\n1\tAda\tB-PER\n2\tmet\t_\n"),
    row("pubtator", "7|t|Ada met\n7|a|Bob\n7\t0\t3\tAda\tPER\tQ7\n7\t8\t11\tBob\tPER\n7\tmet\t0\t3\n\n8|t|Eve\n8\t0\t9\t"
        "Eve\tX\n8\t0\n8\t0\t3\tBob\tX\n8\t0\t3\tEve\t\n"),
    row("webanno-tsv", "#FORMAT=WebAnno TSV 3.2\n#T_SP=x.NamedEntity|identifier|value\n#T_RL=x.Rel|value|BT_x.NamedEntity"
        "\n\n\n#Text=Ada met Bob\n1-1\t0-3\tAda\tQ7\tPER\t_\t_\n1-2\t4-7\tmet\t_\t_\t_\t_\n1-3\t8-11\tBob\t*[1]\tPER[1]\t"
        "met\t1-1\n\n#Text=Two.\n2-1\t13-16\tTwo\t*|*\tA[2]|B[3]\t_\t_\n2-2\t16-17\t.\t*\tA[2]\tx\t1-2\n", "a.tsv"),
    *(row("webanno-tsv", f"#FORMAT=WebAnno TSV 3.2\n{content}", "a.tsv") for content in (
        "", "#T_RL=x\n\n#Text=a\n1-1\t0-1\ta\t_\n", "#T_SP=x|v\n\n#Text=a\n1-1\t0-1\ta\n", "\n#Text=a\nx\n",
        "\n#Text=a\n1-1\t0-1\tb\n", "\n#Text=a\n1-1\t0-1\ta\n\n#Text=b\n2-1\t0-1\tb\n", "\n#Text=a\n1-1\t999999-9999999\t"
        "a\n", "\n#Text=a b\n1-2\t2-3\tb\n1-1\t0-1\ta\n", "#T_RL=x|v|BT_y\n\n#Text=a\n1-1\t0-1\ta\tm\tz\n",
        "\n#Text=a\n1-1\t0-9\ta\n", "\n#Text=a\n1-1\t0-1\ta\n#T_SP=x|v\n",
        "#T_SP=x|v\n#T_RL=y|value|w|BT_x\n\n#Text=a b\n1-1\t0-1\ta\tA\t_\t_\t_\n1-2\t2-3\tb\tB\tr\tmore\t1-1\n",
        "#T_SP=x|v\n#T_RL=y|value|BT_x\n\n#Text=a b\n1-1\t0-1\ta\tA\t_\t_\n1-2\t2-3\tb\tB\tr\u202e\t1-1\n",
        "#T_SP=x|v\n\n#Text=a b\n1-1\t0-1\ta\tA|A\n1-2\t2-2\t\tE\n",
        "#T_CH=x|referenceType|referenceRelation\n\n#Text=a b\n1-1\t0-1\ta\t*->1-1\tnam[1]\n1-2\t2-3\tb\tr->1-2\tnom[1]\n",
        "#T_CH=x|referenceType|referenceRelation\n\n#Text=a b\n1-1\t0-1\ta\tz\tnam\n",
        "#T_SP=x|ROLE_x:r|y\n#T_SP=y|v\n\n#Text=a b\n1-1\t0-1\ta\tagent[1]\t1-2[2]\t_\n1-2\t2-3\tb\t_\t_\tB[2]\n",
        "#T_SP=x|ROLE_x:r|y\n#T_SP=y|v\n\n#Text=a b\n1-1\t0-1\ta\tagent\t1-2\t_\n1-2\t2-3\tb\t_\t_\t_\n")),
    # --- marks in the text
    row("pubtator", ""),
    row("text", "7|t|Ada met\nx\n"),
    row("pubtator", "7|t|Ada met\n"),
    row("yedda", "[@Ada King#PER*] met [$Bob#ORG*]."),
    row("yedda", "Ok.\n[@#PER*]"),
    row("yedda", f"Ok.\n\n[@Ada#{'x' * 999}*]"),
    row("inline-xml", '<DOC>\n<DOCNO> 7 </DOCNO>\n<TEXT>\n<ENAMEX TYPE="PERSON" STATUS="OPT">Ada</ENAMEX> &amp; <PERSON '
        "id=5>Bob</PERSON> left <b_numex type='MONEY|X'>5<e_numex> <ALT>a|b</ALT>.\n</TEXT>\n</DOC>\n<DOC><TEXT><START:x> "
        "Eve <END></TEXT></DOC>"),
    row("inline-xml", "Ok.\n<ENAMEX>Ada</ENAMEX> <TIMEX TYPE=DATE>now"),
    row("inline-xml", '<ENAMEX TYPE="">Ada</ENAMEX>'),
    row("tei", '<?xml version="1.0"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A '
        "title</title></titleStmt></fileDesc></teiHeader><text><body><p>One  <persName ref='Q7' x='y'>Ada\n<hi>King</hi>"
        "</persName>,<lb/><note>no</note> <name type='ship'>Eve</name> and <rs>it</rs>.</p><p xml:space='preserve'> two  "
        "<date when='1815'>then</date></p></body></text></TEI>"),
    row("tei", "<TEI><text>a<lb/>b<pb/> c<p>d</p>e</text></TEI>"),
    row("tei", "<TEI><text></text></TEI>"),
    row("tei", "<TEI>\n<text>a</txt></TEI>"),
    row("tei", '<!DOCTYPE TEI [\n<!ENTITY a "b">]><TEI><text>&a;</text></TEI>'),
    row("tei", '<?xml version="1.0" encoding="x-none"?><TEI><text>a</text></TEI>'),
    # --- tables and texts
    row("table", 'title,text,label\nA,"One, ""two"".",PER\n,,\nB,Three,\n', "a.csv"),
    row("table", "a;b\n1;2\n", "a.csv"),
    row("table", "text,text\n1,2\n", "a.csv"),
    row("table", "text,n\n1\n1,2,3\n", "a.csv"),
    row("label-studio-csv", 'id,annotation_id,annotator,created_at,updated_at,lead_time,text,label\n1,2,3,x,y,1.5,Ada '
        'met,"[{""start"": 0, ""end"": 3, ""text"": ""Ada"", ""labels"": [""PER""]}]"\n2,2\n3,2,3,x,y,1.5,Ada,"[5]"\n4,2,'
        '3,x,y,1,Ada,"{"\n5,2,3,x,y,1,Ada,"[{""start"": 0, ""end"": 9, ""labels"": [""X""]}]"\n', "a.csv"),
    row("text", "\ufeffAda\r\nmet\x85", "a.txt"),
    row("text", "", "a.txt"),
    row("text", "\0", "a.txt"),
    row("mail", "From: ann@x\nSubject: =?utf-8?q?H=C3=A9?=\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\nAda met.\n", "a.eml"),
    row("mail", "From: ann@x\nSubject: x\n\n", "a.eml"),
    row("mail", "From: ann@x\nSubject: x\n\na\0b\n", "a.eml"),
    row("mail", "From ann Thu Jan  1 00:00:00 2026\nFrom: ann@x\nSubject: One\n\n>From here.\nFrom there.\n\nFrom bob Thu "
        "Jan  1 00:00:00 2026\nFrom: bob@x\nSubject: Two\nContent-Type: text/html\n\n<p>Two &amp; three</p>\n", "a.mbox"),
    row("mail", "From: ann@x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
        "text/html; charset=x-none\n\n<p>Page</p>\n--b\nContent-Type: text/plain; charset=utf-8\n\nPlain é\n--b--\n", "a.eml"),
    row("feed", '<?xml version="1.0"?><rss version="2.0"><channel><title>C</title><item><title>T</title><link>http://x/1'
        "</link><description>&lt;p&gt;Ada &amp;amp; Bob&lt;/p&gt;</description></item></channel></rss>", "a.rss"),
    row("feed", '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><entry><title>T</title>'
        '<id>1</id><link href="http://x/1"/><author><name>Ann</name></author><updated>2026-01-02T00:00:00Z</updated>'
        '<summary>Short</summary><content type="html">&lt;p&gt;Longer content&lt;/p&gt;</content></entry><entry><title>'
        "Title alone</title><id>2</id></entry></feed>", "a.atom"),
    row("feed", '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "a.rss"),
    row("feed", '<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel></channel></rss>', "a.rss"),
    *(row(name, "no such thing", "a") for name in (
        "parquet", "epub", "odt", "docx", "pdf", "warc", "feed", "inception", "cas-xmi", "bioc-xml", "patterns",
        "csv", "html", "none")),
    row("lighttag", '{"examples": [{"content": "Ada", "seen_by": [{"annotator": "eve"}, "bob", 5], "annotations": [{"start": 0, '
        '"end": 3, "tag": "X", "annotator": "ann"}, {"start": 0, "end": 1, "tag": "Y", "annotated_by": ["bob", {"annotator": 5}]}'
        ', {"start": 1, "end": 2, "tag": "Z", "annotator": 7}]}]}'),
    row("cas-json", '{"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "Ada met"}, '
        '{"%ID": 2, "%TYPE": "x.Word", "@sofa": 1, "begin": 0, "end": 3, "value": true, "n": false, "a": ["b", 1], "f": 1.5, '
        '"none": null, "o": {}}], "%VIEWS": {"a": {"%SOFA": 1, "%MEMBERS": [2]}}}'),
    row("argilla", '{"text": "Ada met", "prediction": [["PER", 0, 3, 0.5]], "prediction_agent": 5}\n{"text": "Ada", '
        '"prediction": [["PER", 0, 3, 0.5]], "prediction_agent": ""}\n{"text": "Ada", "prediction": [["PER", 0, 3]], '
        '"prediction_agent": "m"}\n{"fields": {"text": "Ada"}, "suggestions": {"q": {"value": [{"start": 0, "end": 3, "label": '
        '"PER"}]}}}\n{"fields": {"text": "Ada"}, "suggestions": {"q": {"agent": "", "value": [{"start": 0, "end": 3, "label": "X"}]}}}'),
    row("label-studio", '[{"data": {"text": "Ada"}, "file_upload": "x"}]'), row("label-studio", '[{"data": {"text": "Ada"}, "inner_id": 1}]'),
    row("huggingface", '{"tokens": [], "ner_tags": [], "text": "Ada"}\n{"tokens": [], "ner_tags": []}\n{"tokens": [], "text": ""}'),
    row("jsonl", "[1, {"), row("jsonl", '{"a":\n1'), row("jsonl", '[{"text": "a"}'), row("jsonl", '[{"text": "a"}] x'),
]  # fmt: skip


def told(one: Found) -> list[str]:
    """A document in lines, or a message in one."""
    if not isinstance(one, Document):
        return [f"{type(one).__name__}: {one}"]
    fields = ("title", "source", "language", "meta", "annotator", "suggestions", "tokens")
    said = [f"  {name}: {value!r}" for name in fields if (value := getattr(one, name))]
    return [f"Document: {one.text!r}", *said, *(f"  {mark!r}" for mark in sorted(one.marks, key=repr))]


@pytest.mark.parametrize(("name", "file_name", "content", "beside"), ROWS, ids=[f"{one[0]}" for one in ROWS])
def test_what_is_read(
    name: str, file_name: str, content: str, beside: dict[str, str], tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    for other, text in {file_name: content, **beside}.items():
        (tmp_path / other.replace("annotations_legend", "annotations-legend")).write_bytes(text.encode())
    source = Source(tmp_path / file_name, file_name)
    try:
        by_content = formats.read_as(source)[:2]
        lines = [f"taken for {by_content[0].name}, {by_content[1]}"]
        lines += [line for one in formats.read(source, name) for line in told(one)]
    except InputError as error:
        lines = [f"InputError: {error}"]
    # What a library says of a fault is worded anew with its versions.
    assert re.sub("(found a fault[^:]*: ).*", r"\1...", "\n".join(lines)) == snapshot
