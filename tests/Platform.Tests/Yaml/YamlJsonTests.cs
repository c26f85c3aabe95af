using WazoPlugind.Platform.Yaml;

namespace WazoPlugind.Platform.Tests.Yaml;

public sealed class YamlJsonTests
{
    [Theory]
    [InlineData("a: 1", """{"a":1}""")]
    [InlineData("a: 1.10", """{"a":1.10}""")]
    [InlineData("a: '1.10'", """{"a":"1.10"}""")]
    [InlineData("a: 017", """{"a":15}""")]
    [InlineData("a: 0x1F", """{"a":31}""")]
    [InlineData("a: 0b101", """{"a":5}""")]
    [InlineData("a: -12", """{"a":-12}""")]
    [InlineData("a: +12", """{"a":12}""")]
    [InlineData("a: 1_000", """{"a":1000}""")]
    [InlineData("a: 123456789012345678901234567890", """{"a":123456789012345678901234567890}""")]
    [InlineData("a: .5", """{"a":0.5}""")]
    [InlineData("a: 1.", """{"a":1}""")]
    [InlineData("a: 1e3", """{"a":"1e3"}""")]
    [InlineData("a: .inf", """{"a":".inf"}""")]
    [InlineData("a: yes", """{"a":true}""")]
    [InlineData("a: OFF", """{"a":false}""")]
    [InlineData("a: ~", """{"a":null}""")]
    [InlineData("a:", """{"a":null}""")]
    [InlineData("a: 2020-01-02", """{"a":"2020-01-02"}""")]
    [InlineData("3: yes", """{"3":true}""")]
    [InlineData("{1.5: [a, {b: c}]}", """{"1.5":["a",{"b":"c"}]}""")]
    [InlineData("x: &x {a: 1}\ny: {<<: *x, b: 2}", """{"x":{"a":1},"y":{"a":1,"b":2}}""")]
    [InlineData("x: &x {a: 1, b: 1}\ny: {b: 2, <<: *x}", """{"x":{"a":1,"b":1},"y":{"a":1,"b":2}}""")]
    [InlineData("x: {<<: [{a: 1}, {a: 2, b: 2}]}", """{"x":{"a":1,"b":2}}""")]
    [InlineData("- a\n- b", """["a","b"]""")]
    public void Read_follows_the_scalar_rules_of_yaml_1_1(string yaml, string json) =>
        Assert.Equal(json, YamlJson.Read(yaml)!.ToJsonString());

    // As PyYAML has them, with which existing plugins were tried.
    [Theory]
    [InlineData("a: 1\nb: 2\na: 3", """{"a":3,"b":2}""")]
    [InlineData("a: {b: 1, b: {c: 2, c: 3}}", """{"a":{"b":{"c":3}}}""")]
    [InlineData("a: 1\na:", """{"a":null}""")]
    [InlineData("a: 1\n'a': 2", """{"a":2}""")]
    [InlineData("- &x {a: 1}\n- &x {a: 2}\n- *x", """[{"a":1},{"a":2},{"a":2}]""")]
    [InlineData("{<<: {a: 1, b: 1}, <<: {a: 2}, b: 3}", """{"a":2,"b":3}""")]
    public void Read_the_last_of_equal_keys_counts(string yaml, string json) => Assert.Equal(json, YamlJson.Read(yaml)!.ToJsonString());

    [Theory]
    [InlineData("\uFEFFa: 1")]
    [InlineData("\uFEFF---\na: 1")]
    [InlineData("\uFEFF# comment\na: 1")]
    public void Read_a_byte_order_mark_is_no_part_of_the_text(string yaml) => Assert.Equal("""{"a":1}""", YamlJson.Read(yaml)!.ToJsonString());

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("# only a comment")]
    [InlineData("~")]
    public void Read_nothing_gives_null(string yaml) => Assert.Null(YamlJson.Read(yaml));

    [Fact]
    public void Read_keeps_the_text_of_numbers_under_chosen_keys()
    {
        var node = YamlJson.Read("version: 1.10\nother: 1.10\nnested: {version: 017}", new HashSet<string> { "version" });

        Assert.Equal("""{"version":"1.10","other":1.10,"nested":{"version":"017"}}""", node!.ToJsonString());
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: *b")]
    [InlineData("? [a]\n: b")]
    [InlineData("<<: 3")]
    [InlineData("<<: [{a: 1}, 3]")]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a {b: *a}")]
    [InlineData("a: 1\n---\nb: [")]
    public void Read_what_is_not_usable_yaml_says_so(string yaml) =>
        Assert.Throws<YamlFormatException>(() => YamlJson.Read(yaml));

    [Theory]
    [InlineData(700)]
    [InlineData(100_000)]
    public void Read_deep_nesting_is_refused_without_a_stack_overflow(int depth) =>
        Assert.Throws<YamlFormatException>(() => YamlJson.Read(new string('[', depth)));

    [Fact]
    public void Read_nesting_is_bounded_where_it_is_said()
    {
        Assert.NotNull(YamlJson.Read(new string('[', 64) + "a" + new string(']', 64)));
        Assert.Throws<YamlFormatException>(() => YamlJson.Read(new string('[', 65) + new string(']', 65)));
    }

    [Fact]
    public void Read_an_alias_bomb_is_refused()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 9).Select(level =>
            $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n"));

        Assert.Throws<YamlFormatException>(() => YamlJson.Read(bomb));
    }

    [Theory]
    [InlineData("a text", true)]
    [InlineData("0.2", false)]
    [InlineData("2026-01-31", false)]
    [InlineData("yes", false)]
    [InlineData("~", false)]
    [InlineData("", false)]
    public void IsText_tells_what_is_read_as_what_it_was(string text, bool isText) => Assert.Equal(isText, YamlJson.IsText(text));
}
