"""The limits of a document, before anything is validated or run."""

import pytest
from graphql import GraphQLObjectType, parse

from api.documents import WORK_OF, prepared
from api.limits import MAX_COST, MAX_DEPTH, MAX_TOKENS, ONCE, Ruler, Size, TooMuch, refuse_too_much
from api.schema import schema
from bench.heavy_fields import FIELDS

ROWS: dict[str, int | None] = {"needs": None, "windows": 5}


def size_of(text: str, **variables: object) -> Size:
    ruler = Ruler(parse(text), variables, ROWS)
    return ruler.size_of(ruler.operations[0].selection_set)


class TestRuler:
    def test_counts_each_level_and_each_alias(self) -> None:
        assert size_of("{ a: viewer { b: person { name } } }") == Size(depth=3, aliases=2, cost=3)

    def test_multiplies_what_a_page_holds_by_its_size(self) -> None:
        assert size_of("{ needs(first: 50) { nodes { id state } } }").cost == 1 + 50 * 3

    def test_takes_the_default_page_where_no_size_is_given(self) -> None:
        assert size_of("{ needs { nodes { id } } }").cost == 1 + 20 * 2

    def test_reads_the_page_size_from_the_variables(self) -> None:
        text = "query ($n: Int) { needs(first: $n) { nodes { id } } }"

        assert size_of(text, n=7).cost == 1 + 7 * 2

    @pytest.mark.parametrize("first", ["-1", "-2000000000", "0"])
    def test_takes_nothing_off_for_a_page_below_nothing(self, first: str) -> None:
        assert size_of(f"{{ needs(first: {first}) {{ nodes {{ id }} }} }}").cost == 1
        assert size_of("query ($n: Int) { needs(first: $n) { nodes { id } } }", n=int(first)).cost == 1

    def test_reads_no_number_longer_than_an_integer_of_the_schema(self) -> None:
        assert size_of(f"{{ needs(first: {'9' * 5000}) {{ nodes {{ id }} }} }}").cost == 1 + 100 * 2

    def test_takes_the_default_page_for_a_null(self) -> None:
        assert size_of("{ needs(first: null) { nodes { id } } }").cost == 1 + 20 * 2
        assert size_of("query ($n: Int) { needs(first: $n) { nodes { id } } }", n=None).cost == 1 + 20 * 2

    def test_reckons_with_a_full_page_where_a_variable_is_missing(self) -> None:
        assert size_of("query ($n: Int) { needs(first: $n) { nodes { id } } }").cost == 1 + 100 * 2

    def test_reckons_with_a_few_rows_for_a_plain_list(self) -> None:
        assert size_of("{ needs(first: 2) { nodes { windows { date } } } }").cost == 1 + 2 * (1 + (1 + 5))

    def test_counts_a_fragment_wherever_it_is_used(self) -> None:
        text = "{ x: viewer { ...f } y: viewer { ...f } } fragment f on Viewer { language z: language }"

        assert size_of(text) == Size(depth=2, aliases=4, cost=6)

    def test_counts_guesses_inside_fragments(self) -> None:
        assert (
            size_of("mutation { ...f b: signIn { errors { code } } } fragment f on Mutation { signIn { x } }").guesses
            == 2
        )

    def test_stops_at_a_fragment_that_uses_itself(self) -> None:
        with pytest.raises(TooMuch, match="uses itself"):
            size_of("{ ...f } fragment f on Query { viewer { ...f } }")

    def test_does_not_follow_fragments_that_double_each_time(self) -> None:
        """Thirty fragments that each use the next one twice: 2^30 fields, counted without being visited."""
        steps = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(30))

        assert size_of(f"{{ ...f0 }} {steps} fragment f30 on Query {{ language }}").cost == 2**30


class TestRefuseTooMuch:
    def test_lets_a_page_of_fifty_needs_with_forty_fields_pass(self) -> None:
        fields = " ".join(f"field{number}" for number in range(40))

        text = f"{{ needs(first: 50) {{ nodes {{ {fields} }} }} }}"
        refuse_too_much(parse(text), {}, ROWS)

        assert size_of(text).cost == 1 + 50 * 41 <= MAX_COST

    def test_refuses_pages_within_pages(self) -> None:
        text = "{ needs(first: 100) { nodes { needs(first: 100) { nodes { id } } } } }"

        with pytest.raises(TooMuch, match=f"at most {MAX_COST}"):
            refuse_too_much(parse(text), {}, ROWS)

    def test_refuses_many_pages_beside_one_below_nothing(self) -> None:
        """A negative page in a field that is skipped may not pay for the others."""
        pages = " ".join(f"a{number}: needs(first: 100) {{ nodes {{ id state x y z v w }} }}" for number in range(29))
        text = f"{{ {pages} z: needs(first: -2000000000) @skip(if: true) {{ nodes {{ id }} }} }}"

        with pytest.raises(TooMuch, match=f"at most {MAX_COST}"):
            refuse_too_much(parse(text), {}, ROWS)

    def test_refuses_what_goes_too_deep(self) -> None:
        deep = "{ a " * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1)

        with pytest.raises(TooMuch, match=f"at most {MAX_DEPTH} levels"):
            refuse_too_much(parse(deep), {}, ROWS)

    @pytest.mark.parametrize("field", sorted(ONCE))
    def test_refuses_a_second_guess(self, field: str) -> None:
        with pytest.raises(TooMuch, match="one field"):
            refuse_too_much(parse(f"mutation {{ a: {field} {{ x }} b: {field} {{ x }} }}"), {}, ROWS)

    def test_is_given_documents_of_bounded_length(self) -> None:
        with pytest.raises(Exception, match="tokens"):
            parse("{ a " + "b " * MAX_TOKENS + "}", max_tokens=MAX_TOKENS)


class TestHeavyFields:
    def test_have_names_of_their_own(self) -> None:
        """A limit knows a field by its name alone: another field of that name would be charged for it."""
        kinds = [kind for kind in schema.graphql_schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
        owners = {name: [kind.name for kind in kinds if name in kind.fields] for name in WORK_OF}

        assert {name: found for name, found in owners.items() if found not in (["Query"], ["Mutation"])} == {}

    @pytest.mark.parametrize("name", sorted(FIELDS))
    def test_that_are_measured_cost_what_is_said_of_them(self, name: str) -> None:
        size = prepared(f"{{ {name} {{ {FIELDS[name]} }} }}", {}).size

        assert size.rows >= WORK_OF[name] > 100
        assert WORK_OF[name] < size.cost < MAX_COST
