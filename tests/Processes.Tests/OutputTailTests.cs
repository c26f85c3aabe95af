using System.Text;

namespace WazoPlugind.Processes.Tests;

public sealed class OutputTailTests
{
    [Theory]
    [InlineData("a\rb\n", "b\n")]
    [InlineData("abc\rd\n", "d\n")]
    [InlineData("one\na\rb\rc", "one\nc")]
    // Nothing comes in its place, or nothing but the line's end.
    [InlineData("one\na\r", "one\na")]
    [InlineData("a\r\nb\r\r\n", "a\nb\n")]
    [InlineData("\r\ra", "a")]
    [InlineData("50%\r\n\r60%\n", "50%\n60%\n")]
    public void A_line_that_ends_with_a_carriage_return_gives_way_to_the_next(string written, string expected)
    {
        Assert.Equal(expected, Keep(100, written));
        Assert.Equal(expected, Keep(100, [.. written.Select(character => character.ToString())]));
    }

    [Fact]
    public void What_gives_way_takes_no_room()
    {
        var progress = string.Concat(Enumerable.Range(1, 1000).Select(percent => $"Reading {percent}\r"));

        Assert.Equal("kept\ndone", Keep(25, "kept\n", progress, "done"));
    }

    [Fact]
    public void What_a_line_has_overwritten_is_gone_though_it_gives_way()
    {
        Assert.Equal("[…]\nend", Keep(10, "kept\nand\n", "longer than all", "\rend"));
        Assert.Equal("[…]\npt\nend", Keep(10, "kept\n", "1234567", "\rend"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_character_is_one_however_it_comes(int size)
    {
        var tail = new OutputTail(100, []);
        foreach (var part in Encoding.UTF8.GetBytes("aé€🐘\n").Chunk(size))
            tail.Append(part);

        Assert.Equal("aé€🐘\n", tail.ToString());
    }

    [Theory]
    [InlineData(4, "🐘")]
    [InlineData(5, "🐘")]
    [InlineData(7, "🐘")]
    [InlineData(8, "🐘🐘")]
    public void What_is_cut_begins_with_a_character(int capacity, string expected) =>
        Assert.Equal("[…]\n" + expected, Keep(capacity, "🐘🐘🐘"));

    [Fact]
    public void A_long_line_ends_with_a_character()
    {
        var line = new string('a', 1999);

        Assert.Equal($"{line}🐘…\nb", Keep(10_000, $"{line}🐘🐘🐘\nb"));
    }

    private static string Keep(int capacity, params string[] parts)
    {
        var tail = new OutputTail(capacity, []);
        foreach (var part in parts)
            tail.Append(Encoding.UTF8.GetBytes(part));
        return tail.ToString();
    }
}
