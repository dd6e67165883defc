"""What the reader is taught: one pair and the labels that are known of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.reader.training import adversarial
from assistant.reader.training.corpus import (
    Chunk,
    Corpus,
    Labelled,
    find_answer,
    find_sentences,
    sentences_of,
)
from assistant.reader.training.mining import Neighbours
from assistant.reader.types import PassageText

_LONGEST_SPAN = 80  # characters; longer answers are sentences, which the evidence head marks
_STOP = frozenset(
    "a an the of in on at to for is are was were do does did what who which how where when why be by with "
    "de het een van en op te wat wie welke hoe waar wanneer waarom zijn is der die das ein eine und in zu "
    "was wer welche wie wo wann warum ist sind le la les un une des du est sont que qui quel quelle comment "
    "où quand".split()
)


@dataclass(frozen=True, slots=True)
class Example:
    """A pair and its labels; None where a label is not known.

    `evidence` numbers the sentences that answer; `span` is the answer's range, () for 'there is none'.
    """

    left: str
    passage: PassageText
    source: str
    answerable: bool | None = None
    evidence: tuple[int, ...] | None = None
    span: tuple[int, int] | tuple[()] | None = None
    supported: bool | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many examples of each sort a question gives, on average.

    Where `fresh` parts of what was written are named, of all else only a share of `replay` is shown, so that
    a reader that knows it does not forget it (experience replay, Rolnick et al. 2019).
    """

    fresh: frozenset[str] = frozenset()
    replay: float = 1.0
    written_claims: int = 2
    hard: float = 0.5
    other: float = 0.15
    without_sentence: float = 0.3
    rule: float = 0.3
    plain_style: float = 0.12
    claims: float = 0.6
    policy_left_out: float = 0.4
    cropped: float = 0.6
    crop: tuple[int, int] = (150, 500)


def epoch(corpus: Corpus, neighbours: Neighbours, recipe: Recipe, draw: random.Random) -> list[Example]:
    """A pass over everything that is not held out, in random order; negatives are drawn anew each time."""
    found: list[Example] = []
    pools = _pools(corpus)
    share = recipe.replay if recipe.fresh else 1.0
    for question in corpus.questions:
        if corpus.chunks(question)[0].held_out:
            continue
        if question.part in recipe.fresh or draw.random() < share:
            found += _of_question(question, corpus, neighbours, recipe, pools, draw)
    found = [cropped(each, recipe, draw) if draw.random() < recipe.cropped else each for each in found]
    found += claims(corpus, recipe.claims * share, pools, draw, held_out=False)
    by_hand = [*written_claims(corpus, held_out=False)]
    found += draw.sample(by_hand, round(len(by_hand) * share)) * recipe.written_claims
    draw.shuffle(found)
    return found


def cropped(example: Example, recipe: Recipe, draw: random.Random) -> Example:
    """The example on the sentences around its answer, or nearest to its question: half the work, as hard."""
    places = example.passage.sentences
    if example.evidence is None or len(places) < 2:
        return example
    core = example.evidence or (_nearest_sentence(example),)
    first, last = min(core), max(core)
    longest = draw.randint(*recipe.crop)
    while (first, last) != (0, len(places) - 1):
        before = (first - 1, last) if first else None
        after = (first, last + 1) if last + 1 < len(places) else None
        wider = draw.choice([each for each in (before, after) if each])
        if places[wider[1]][1] - places[wider[0]][0] > longest:
            break
        first, last = wider
    start, end = places[first][0], places[last][1]
    shorter = PassageText(
        example.passage.heading_path,
        example.passage.text[start:end],
        tuple((a - start, b - start) for a, b in places[first : last + 1]),
    )
    span = (example.span[0] - start, example.span[1] - start) if example.span else example.span
    return replace(example, passage=shorter, evidence=tuple(n - first for n in example.evidence), span=span)


def _nearest_sentence(example: Example) -> int:
    asked = set(example.left.casefold().split())
    texts = (example.passage.text[a:b].casefold().split() for a, b in example.passage.sentences)
    shared = [len(asked.intersection(words)) for words in texts]
    return shared.index(max(shared))


def positive(question: Labelled, corpus: Corpus) -> Example | None:
    """The question on the chunk of its passage that answers it; None when the answer cannot be placed."""
    chunks = corpus.chunks(question)
    for chunk in chunks:
        place = find_answer(chunk.passage, question.answers, question.question)
        evidence = find_sentences(chunk.passage, question.sentences) if question.sentences else ()
        if question.sentences and not evidence:
            continue
        if place and evidence and not set(sentences_of(chunk.passage, place)) & set(evidence):
            place = _within(chunk.passage, question.answers, evidence)
        if place or evidence:
            evidence = evidence or sentences_of(chunk.passage, place or (0, 0))
            short = place is not None and place[1] - place[0] <= _LONGEST_SPAN
            return Example(
                question.question, chunk.passage, question.dataset, True, evidence, place if short else None
            )
    if len(chunks) == 1 and not question.answers and not question.sentences:
        return Example(question.question, chunks[0].passage, question.dataset, True)
    return None


def negative(question: str, chunk: Chunk, sort: str) -> Example:
    """The question on a chunk that does not answer it."""
    return Example(question, chunk.passage, f"{chunk.dataset}:{sort}", False, (), ())


def unanswerable(question: Labelled, corpus: Corpus, neighbours: Neighbours) -> Example:
    """An unanswerable question on the chunk of its passage that is most like it."""
    chunks = corpus.chunks(question)
    best = chunks[int(neighbours.similarities(question, chunks).argmax())] if len(chunks) > 1 else chunks[0]
    return negative(question.question, best, "unanswerable")


def _of_question(
    question: Labelled,
    corpus: Corpus,
    neighbours: Neighbours,
    recipe: Recipe,
    pools: dict[tuple[str, str], dict[str, list[str]]],
    draw: random.Random,
) -> Iterator[Example]:
    if not question.answerable:
        yield _restyled(unanswerable(question, corpus, neighbours), recipe, draw)
        return
    found = positive(question, corpus)
    if found is None or (question.dataset == "policyqa" and draw.random() < recipe.policy_left_out):
        return
    yield _restyled(found, recipe, draw)
    # Questions on privacy policies are so general that other passages of the policy answer them as well.
    general = question.dataset == "policyqa" and not question.written
    if general and draw.random() < recipe.hard and (furthest := neighbours.far_in_article(question)):
        yield _restyled(negative(question.question, draw.choice(furthest), "article"), recipe, draw)
    # An article of one passage is told apart from others': what is searched holds many documents.
    near = () if general else neighbours.same_article(question) or neighbours.other_articles(question)
    if draw.random() < recipe.hard and near:
        yield _restyled(negative(question.question, draw.choice(near), "article"), recipe, draw)
    if draw.random() < recipe.other and not general and (closest := neighbours.other_articles(question)):
        yield _restyled(negative(question.question, draw.choice(closest), "other"), recipe, draw)
    if draw.random() < recipe.without_sentence and (less := without_evidence(found)):
        yield less
    if draw.random() < recipe.rule:
        article = question.dataset, corpus.chunks(question)[0].article
        if changed := rule_made(found, pools[article] if question.lang != "de" else {}, draw):
            yield changed


def without_evidence(found: Example) -> Example | None:
    """The passage without the sentences that answer; None if little is left, or the answer is there twice."""
    passage, evidence = found.passage, found.evidence or ()
    left = [place for n, place in enumerate(passage.sentences) if n not in evidence]
    if not evidence or len(left) < 2:
        return None
    text, places = "", []
    for start, end in left:
        text += " " if text else ""
        places.append((len(text), len(text) + end - start))
        text += passage.text[start:end]
    if found.span and passage.text[slice(*found.span)].casefold() in text.casefold():
        return None
    less = PassageText(passage.heading_path, text, tuple(places))
    return Example(found.left, less, f"{found.source}:without", False, (), ())


def rule_made(found: Example, others: dict[str, list[str]], draw: random.Random) -> Example | None:
    """The question with an entity or a word changed, so that the passage does not answer it."""
    change = adversarial.oppose(found.left, draw) if draw.random() < 0.4 else None
    change = change or adversarial.swap_entity(found.left, others, found.passage.text, draw)
    return (
        replace(found, left=change, source=f"{found.source}:rule", answerable=False, evidence=(), span=())
        if change
        else None
    )


def claims(
    corpus: Corpus,
    share: float,
    pools: dict[tuple[str, str], dict[str, list[str]]],
    draw: random.Random,
    held_out: bool,
) -> Iterator[Example]:
    """Claims with evidence, supported and not, about one a chunk that a question is about (times `share`)."""
    asked = {(q.dataset, q.source) for q in corpus.questions}
    for key in sorted(asked):
        chunks = [c for c in corpus.by_source[key] if c.held_out == held_out]
        for chunk in chunks:
            if draw.random() < share:
                yield from _claims_of(chunk, corpus, pools[chunk.dataset, chunk.article], draw)
    for question in corpus.questions:
        chunk = corpus.chunks(question)[0]
        if question.answers and chunk.held_out == held_out and draw.random() < share:
            yield from _declared(question, corpus, pools[chunk.dataset, chunk.article], draw)


def written_claims(corpus: Corpus, held_out: bool) -> Iterator[Example]:
    """The claims that were written by hand, each with just the sentences that it was written about."""
    for claim in corpus.claims:
        if corpus.chunks(claim)[0].held_out == held_out:
            places, end = [], 0
            for sentence in claim.evidence:
                places.append((end, end + len(sentence)))
                end += len(sentence) + 1
            passage = PassageText((), " ".join(claim.evidence), tuple(places))
            yield Example(claim.claim, passage, f"{claim.dataset}:written", supported=claim.supported)


def _claims_of(
    chunk: Chunk, corpus: Corpus, others: dict[str, list[str]], draw: random.Random
) -> Iterator[Example]:
    passage = chunk.passage
    fit = [n for n, (start, end) in enumerate(passage.sentences) if 30 < end - start < 400]
    if not fit:
        return
    number = draw.choice(fit)
    claim = passage.text[slice(*passage.sentences[number])]
    evidence = _around(passage, number, draw)
    kind = f"{chunk.dataset}:claim"
    true = adversarial.shorten(claim, draw) if draw.random() < 0.6 else None
    yield Example(true or claim, evidence, kind, supported=True)
    changed_claims = [
        adversarial.swap_entity(claim, others, evidence.text, draw),
        adversarial.negate(claim, draw),
        adversarial.strengthen(claim, draw),
        adversarial.oppose(claim, draw),
    ]
    false = [changed for changed in changed_claims if changed]
    draw.shuffle(false)
    for changed in false[: draw.choice((1, 1, 2))]:
        yield Example(changed, evidence, kind, supported=False)
    elsewhere = [c for c in corpus.by_article[chunk.dataset, chunk.article] if c is not chunk]
    if elsewhere and draw.random() < 0.4:
        other = draw.choice(elsewhere).passage
        yield Example(
            claim, _around(other, draw.randrange(len(other.sentences)), draw), kind, supported=False
        )


def _declared(
    question: Labelled, corpus: Corpus, others: dict[str, list[str]], draw: random.Random
) -> Iterator[Example]:
    """'Who signed it?' with the right answer as a supported claim, with another as a false one."""
    found = positive(question, corpus) if question.answerable else None
    claim = (
        found
        and found.span
        and adversarial.declare(question.question, found.passage.text[slice(*found.span)])
    )
    if not found or not claim or not found.span or not found.evidence:
        return
    evidence = _around(found.passage, found.evidence[0], draw)
    kind = f"{question.dataset}:declared"
    yield Example(claim, evidence, kind, supported=True)
    wrong = adversarial.swap_entity(claim, others, evidence.text, draw) or adversarial.oppose(claim, draw)
    if wrong:
        yield Example(wrong, evidence, kind, supported=False)


def _around(passage: PassageText, number: int, draw: random.Random) -> PassageText:
    """The sentence with none to two of its neighbours, without headings: what an answer cites."""
    first = max(0, number - draw.choice((0, 0, 1)))
    last = min(len(passage.sentences), number + 1 + draw.choice((0, 0, 1)))
    start, end = passage.sentences[first][0], passage.sentences[last - 1][1]
    places = tuple((a - start, b - start) for a, b in passage.sentences[first:last])
    return PassageText((), passage.text[start:end], places)


def _within(
    passage: PassageText, answers: tuple[str, ...], evidence: tuple[int, ...]
) -> tuple[int, int] | None:
    """The answer's place inside the sentences that are marked as evidence."""
    for number in evidence:
        start, end = passage.sentences[number]
        for answer in answers:
            at = passage.text.find(answer, start, end)
            if at >= 0:
                return at, at + len(answer)
    return None


def _restyled(example: Example, recipe: Recipe, draw: random.Random) -> Example:
    """Sometimes as it is typed: without capitals and question mark, or as keywords."""
    chance = draw.random()
    if chance < recipe.plain_style / 3:
        words = adversarial.keywords(example.left, tuple(_STOP))
        return replace(example, left=words) if len(words.split()) > 2 else example
    if chance < recipe.plain_style:
        return replace(example, left=example.left.rstrip("?! ").casefold())
    return example


def _pools(corpus: Corpus) -> dict[tuple[str, str], dict[str, list[str]]]:
    return {
        key: adversarial.pool(chunk.passage.text for chunk in chunks)
        for key, chunks in corpus.by_article.items()
    }
