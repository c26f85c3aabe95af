using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;

namespace WazoPlugind.Platform.Tests.Proxies;

public sealed class ProxyRoutesTests
{
    [Theory]
    [InlineData("example.org", "example.org", true)]
    [InlineData("example.org", "git.example.org:8443", true)]
    [InlineData(".example.org", "git.Example.ORG.", true)]
    [InlineData(".example.org", "example.org", true)]
    [InlineData("example.org", "badexample.org", false)]
    [InlineData("git.example.org", "example.org", false)]
    [InlineData("a.test, b.test", "b.test", true)]
    [InlineData("a.test b.test", "b.test", true)]
    [InlineData("*", "example.org", true)]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.1.2.3:443", false)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("2.3", "10.1.2.3", false)]
    [InlineData("::1", "[::1]:80", true)]
    [InlineData("[::1]", "[::1]", true)]
    [InlineData("fd00::/8", "[fd00::5]", true)]
    [InlineData("", "example.org", false)]
    public void Find_leaves_out_what_is_excepted(string exceptions, string host, bool isExcepted)
    {
        var routes = new ProxyRoutes(new ProxyConfiguration { Http = "http://proxy.test", NoProxy = exceptions });

        Assert.Equal(isExcepted, routes.Find("http", host) is null);
    }

    [Fact]
    public void Find_goes_by_the_scheme()
    {
        var routes = new ProxyRoutes(new ProxyConfiguration { Https = "https://secure.test", All = "all.test:3128" });

        Assert.Equal("http://all.test:3128", routes.Find("http", "h")?.ToString());
        Assert.Equal("https://secure.test:443", routes.Find("https", "h")?.ToString());
        foreach (var scheme in (string[])["ssh", "git", "file"])
            Assert.Null(routes.Find(scheme, "h"));
        Assert.Null(new ProxyRoutes(new ProxyConfiguration { Https = "https://secure.test" }).Find("http", "h"));
    }

    [Fact]
    public void Variables_are_there_in_both_cases_and_apt_gets_one_for_each_scheme()
    {
        var variables = new ProxyRoutes(new ProxyConfiguration { Http = "http://me@h", All = "socks5://me:a%2fb@[::1]", NoProxy = "a,b" }).Variables;

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["http_proxy"] = "http://me:@h:80",
                ["https_proxy"] = "socks5h://me:a%2Fb@[::1]:1080",
                ["all_proxy"] = "socks5h://me:a%2Fb@[::1]:1080",
                ["no_proxy"] = "a,b",
            }.SelectMany(pair => ((string[])[pair.Key, pair.Key.ToUpperInvariant()]).Select(name => (name, pair.Value))).Order(),
            variables.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Empty(new ProxyRoutes(new ProxyConfiguration()).Variables);
    }

    [Fact]
    public void Secrets_are_those_of_all_proxies()
    {
        var secrets = new ProxyRoutes(new ProxyConfiguration { Http = "http://token@h", Https = "http://me:a%2Fb@h" }).Secrets;

        Assert.Superset(new HashSet<string> { "token", "a/b", "a%2Fb", "a%2fb", "bWU6YS9i" }, secrets.ToHashSet());
    }
}
