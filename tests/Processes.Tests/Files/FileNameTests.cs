using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes.Tests.Files;

public sealed class FileNameTests
{
    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'/', 0xC3, 0xA9 }, "a/é")]
    [InlineData(new byte[] { (byte)'a', 0xE9, (byte)'b' }, "a\\xe9b")]
    [InlineData(new byte[] { 0xFF, 0xC3, 0xA9, 0xC3 }, "\\xffé\\xc3")]
    // A surrogate is no UTF-8, nor is a byte more than is needed; a character of two UTF-16 units is.
    [InlineData(new byte[] { 0xED, 0xB3, 0xBF }, "\\xed\\xb3\\xbf")]
    [InlineData(new byte[] { 0xC0, 0xAF }, "\\xc0\\xaf")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x90, 0x98, 0x98 }, "🐘\\x98")]
    [InlineData(new byte[0], "")]
    public void Decode_loses_nothing_and_is_shown_escaped(byte[] name, string shown)
    {
        var text = FileName.Decode(name);

        Assert.Equal(name, FileName.Encode(text));
        Assert.Equal(shown, FileName.Show(text));
        Assert.Equal(!shown.Contains('\\'), FileName.IsText(text));
    }
}
