using System.Text;

namespace WazoPlugind.Processes.Tests;

public sealed class OutputLinesTests
{
    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\n\ntwo", "one||two")]
    [InlineData("a\rb\n", "b")]
    [InlineData("10%\r20%\r\n", "20%")]
    [InlineData("one\na\rb\rc", "one|c")]
    [InlineData("a\r\nb\r\r\n", "a|b")]
    [InlineData("tab\tand \u0007\n", "tab\tand \\x07")]
    [InlineData("a S3cret in S3cret\n", "a ******** in ********")]
    public void Lines_are_told_as_the_output_shows_them(string written, string expected)
    {
        Assert.Equal(expected, string.Join('|', Print([written])));
        Assert.Equal(expected, string.Join('|', Print([.. written.Select(character => character.ToString())])));
    }

    [Fact]
    public void A_line_without_an_end_takes_no_room_and_shows_no_part_of_a_secret()
    {
        // The secret begins among what is shown, and ends beyond.
        var line = new string('a', OutputText.MaxLineLength - 3) + "S3cret";

        Assert.Equal(new string('a', OutputText.MaxLineLength - 3) + "***…", Assert.Single(Print([line, new string('b', 100_000)])));
    }

    private static List<string> Print(string[] parts)
    {
        List<string> printed = [];
        var lines = new OutputLines(printed.Add, ["S3cret"]);
        foreach (var part in parts)
            lines.Append(Encoding.UTF8.GetBytes(part));
        lines.End();
        return printed;
    }
}
