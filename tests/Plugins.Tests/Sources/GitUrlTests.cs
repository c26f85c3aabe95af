using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources;

public sealed class GitUrlTests
{
    [Theory]
    [InlineData("https://example.org/a.git", "https://example.org/a.git", "https", null, null)]
    [InlineData("https://me:s%20x@example.org/a", "https://example.org/a", "https", "me", "s x")]
    [InlineData("http://token@example.org/a", "http://example.org/a", "http", "token", null)]
    [InlineData("ssh://git@example.org:22/a", "ssh://git@example.org:22/a", "ssh", null, null)]
    [InlineData("ssh://git:secret@example.org/a", "ssh://git@example.org/a", "ssh", null, null)]
    [InlineData("git@example.org:a/b.git", "git@example.org:a/b.git", "ssh", null, null)]
    [InlineData("git://example.org/a", "git://example.org/a", "git", null, null)]
    [InlineData("file:///srv/a", "file:///srv/a", "file", null, null)]
    [InlineData("/srv/a", "/srv/a", "file", null, null)]
    [InlineData("HTTPS://[::1]:8443/a", "https://[::1]:8443/a", "https", null, null)]
    public void Parse_takes_credentials_out_of_the_address(
        string text, string address, string protocol, string? userName, string? password) =>
        Assert.Equal(new GitUrl(address, protocol, userName, password), GitUrl.Parse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("../a")]
    [InlineData("--upload-pack=touch /tmp/x")]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("ext::https://example.org/a")]
    [InlineData("fd::17/foo")]
    [InlineData("ftp://example.org/a")]
    [InlineData("ssh://-oProxyCommand=touch/a")]
    [InlineData("ssh://me@-oProxyCommand=touch/a")]
    [InlineData("-oProxyCommand=x:a")]
    [InlineData("file://host/a")]
    [InlineData("file:///")]
    [InlineData("https://")]
    [InlineData("https:///a")]
    [InlineData("https://exam ple.org/a")]
    [InlineData("https://example.org/a\nb")]
    [InlineData("https://me%0a:x@example.org/a")]
    public void Parse_refuses_what_could_be_more_than_an_address(string text)
    {
        Assert.Null(GitUrl.Parse(text, out var reason));
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("https://me:secret@example.org/a", "https://example.org/a")]
    [InlineData("https://me:sec@ret@example.org/a", "https://example.org/a")]
    [InlineData("weird://me:secret@example.org/a", "weird://example.org/a")]
    [InlineData("see https://me:secret@example.org/a and http://x:secret@y", "see https://example.org/a and http://y")]
    [InlineData("file:///a@b", "file:///a@b")]
    public void Redact_leaves_no_credentials(string text, string redacted) => Assert.Equal(redacted, GitUrl.Redact(text));
}
