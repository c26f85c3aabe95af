using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources;

public sealed class SourceUrlTests
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
    [InlineData("https://me:a%09%2F%40%3A@Example.org/a", "https://example.org/a", "https", "me", "a\t/@:")]
    [InlineData("https://example.org/@team/a", "https://example.org/@team/a", "https", null, null)]
    [InlineData("https://bücher.example/a", "https://xn--bcher-kva.example/a", "https", null, null)]
    [InlineData("https://me:x@BÜCHER.example:8443/a", "https://xn--bcher-kva.example:8443/a", "https", "me", "x")]
    [InlineData("ssh://git@bücher.example/a", "ssh://git@xn--bcher-kva.example/a", "ssh", null, null)]
    [InlineData("git@bücher.example:a", "git@xn--bcher-kva.example:a", "ssh", null, null)]
    [InlineData("git@[::1]:a/b", "git@[::1]:a/b", "ssh", null, null)]
    [InlineData("[git@example.org:2222]:a/b", "[git@example.org:2222]:a/b", "ssh", null, null)]
    [InlineData("[::1]:a/b", "[::1]:a/b", "ssh", null, null)]
    [InlineData("my_alias:a/b", "my_alias:a/b", "ssh", null, null)]
    [InlineData("git@_alias:a/b", "git@_alias:a/b", "ssh", null, null)]
    [InlineData("ssh://my_alias/a", "ssh://my_alias/a", "ssh", null, null)]
    public void Parse_takes_credentials_out_of_the_address(
        string text, string address, string protocol, string? userName, string? password) =>
        Assert.Equal(new SourceUrl(address, protocol, userName, password), SourceUrl.Parse(text, out _));

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
    [InlineData("https://me:x%0Ay@example.org/a")]
    [InlineData("http://[me:x]@example.org/a@b")]
    [InlineData("https://example.org/a?private_token=x")]
    public void Parse_refuses_what_could_be_more_than_an_address(string text)
    {
        Assert.Null(SourceUrl.Parse(text, out var reason));
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("https://me:secret@example.org/a", "https://example.org/a")]
    [InlineData("https://me:sec@ret@example.org/a", "https://example.org/a")]
    [InlineData("https://TOKEN@example.org/a", "https://example.org/a")]
    [InlineData("http://me:sec/ret@example.org/a", "http://example.org/a")]
    [InlineData("http://me:12/secret@example.org/a", "http://example.org/a")]
    [InlineData("http://me:sec ret@example.org/a", "http://example.org/a")]
    [InlineData("http://me:sec?ret@example.org/a", "http://example.org/a")]
    [InlineData("http://me:sec#ret@example.org/a", "http://example.org/a")]
    [InlineData("me:secret@example.org/a", "example.org/a")]
    [InlineData("secret@example.org/a", "example.org/a")]
    [InlineData("https:me:secret@example.org/a", "example.org/a")]
    [InlineData("https:/me:secret@example.org/a", "example.org/a")]
    [InlineData("ssh://git@example.org/a", "ssh://git@example.org/a")]
    [InlineData("ssh://git:secret@example.org:22/a", "ssh://git@example.org:22/a")]
    [InlineData("git@example.org:a/b.git", "git@example.org:a/b.git")]
    [InlineData("git://me:secret@example.org/a", "git://example.org/a")]
    [InlineData("https://example.org/a?private_token=secret&x=1", "https://example.org/a?private_token=********&x=1")]
    [InlineData("https://example.org/a?x=1&access_token=secret", "https://example.org/a?x=1&access_token=********")]
    [InlineData("weird://me:secret@example.org/a", "weird://example.org/a")]
    [InlineData("file:///a@b", "file:///a@b")]
    public void Redact_leaves_no_credentials(string text, string redacted) => Assert.Equal(redacted, SourceUrl.Redact(text));

    [Theory]
    [InlineData("http://me:sec/ret@example.org/a", "percent-encode")]
    [InlineData("http://me:12/secret@example.org/a", "percent-encode")]
    [InlineData("http://me:sec ret@example.org/a", "percent-encode")]
    [InlineData("http://me:sec@ret@example.org/a", "percent-encode")]
    [InlineData("http://to/ken@example.org/a", "percent-encode")]
    [InlineData("http://me:x@example.org/ken@example.org/a", "percent-encode")]
    [InlineData("me:secret@example.org/a", "https:// may be missing")]
    [InlineData("secret@example.org/a", "https:// may be missing")]
    [InlineData("secret@example.org:8443/a", "https:// may be missing")]
    [InlineData("git@example.org:secret@example.org/a", "https:// may be missing")]
    [InlineData("https://example.org/a?private_token=secret", "private_token")]
    public void Parse_refuses_what_is_ambiguous_and_says_what_to_do(string text, string advice)
    {
        Assert.Null(SourceUrl.Parse(text, out var reason));
        Assert.Contains(advice, reason);
        Assert.DoesNotContain("secret", reason.Replace("holds a secret", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://example.org/*", "HTTPS://Example.ORG/team/a", true)]
    [InlineData("HTTPS://EXAMPLE.org/Team/*", "https://example.org/Team/a", true)]
    [InlineData("https://example.org/Team/*", "https://example.org/team/a", false)]
    [InlineData("https://example.org/*", "https://example.org.evil.example/a", false)]
    [InlineData("https://example.org/team/*", "https://example.org/team/../other/a", false)]
    [InlineData("https://example.org/team/*", "https://example.org/team/%2e%2e/other/a", false)]
    [InlineData("https://example.org/?", "https://example.org/a", false)]
    [InlineData("git@EXAMPLE.org:team/*", "git@example.org:team/a", true)]
    [InlineData("https://bücher.example/*", "https://xn--bcher-kva.example/a", true)]
    [InlineData("*", "/srv/A", true)]
    [InlineData("/srv/*", "/SRV/a", false)]
    public void Matches_regards_case_but_in_scheme_and_host(string pattern, string url, bool matches) =>
        Assert.Equal(matches, SourceUrl.Parse(url, out _)!.Matches(pattern));

    [Theory]
    [InlineData("see https://me:secret@example.org/a and http://x:secret@y", "see https://example.org/a and http://y")]
    [InlineData("see https://y/a?token=secret.", "see https://y/a?token=********")]
    public void A_text_is_shown_without_the_credentials_of_its_urls(string text, string shown) => Assert.Equal(shown, SecretText.WithoutCredentials(text));
}
