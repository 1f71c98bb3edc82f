from analysis.common.links import anchor, mention_link, selection_link


def test_an_anchor_is_readable_where_the_id_is_plain():
    assert anchor("2502.10010#abstract:17") == "m-2502.10010-abstract-17"
    assert mention_link("p2#title:0") == "mentions.html#m-p2-title-0"


def test_ids_that_look_alike_once_cleaned_keep_different_anchors():
    ids = ["10.1000/x y#title:3", "10.1000/x_y#title:3", "10.1000-x-y#title:3", "a#title:3#title:3", '"><b>#title:1']
    anchors = [anchor(i) for i in ids]
    assert len(set(anchors)) == len(ids)
    assert all(set(a) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") for a in anchors)


def test_a_selection_names_its_filters():
    assert selection_link(sense="social", year=2024) == "mentions.html#sense=social&year=2024"
    assert selection_link(paper="10.1/a b&c") == "mentions.html#paper=10.1%2Fa+b%26c"
    assert selection_link() == "mentions.html"


def test_a_selection_names_several_senses_and_stances_one_by_one():
    link = selection_link(sense=["social", "a,b"], stance=("mitigate", "measure"), mixed=True)
    assert link == "mentions.html#sense=social&sense=a%2Cb&stance=mitigate&stance=measure&mixed=1"
