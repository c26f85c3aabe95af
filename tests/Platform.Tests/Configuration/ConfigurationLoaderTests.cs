using System.Text.Json.Nodes;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Tests.Configuration;

public sealed class ConfigurationLoaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _errors = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose()
    {
        _directory.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public void An_empty_file_leaves_every_default()
    {
        var configuration = Load("");

        Assert.Equal("apps.wazo.community", configuration.Market.Host);
        Assert.Null(configuration.Market.Port);
        Assert.Equal(("/usr/lib/wazo-plugind/plugins", "_pkg", "wazo/plugin.yml"),
            (configuration.MetadataDir, configuration.BuildDir, configuration.DefaultMetadataFilename));
        Assert.Equal(("127.0.0.1", 9503, true), (configuration.RestApi.Listen, configuration.RestApi.Port, configuration.RestApi.Cors.Enabled));
        Assert.Equal(["Content-Type", "X-Auth-Token"], configuration.RestApi.Cors.AllowHeaders);
        Assert.Equal(("guest", 5672, "wazo-headers"), (configuration.Bus.Username, configuration.Bus.Port, configuration.Bus.ExchangeName));
        Assert.Empty(_errors.ToString());
    }

    [Fact]
    public void Mappings_merge_key_by_key_and_the_alphabetically_first_extra_file_wins()
    {
        _directory.Write("conf.d/10-a.yml", "bus: {host: from-a}");
        _directory.Write("conf.d/20-b.yml", "bus: {host: from-b, username: from-b}");
        _directory.Write("conf.d/ignored.txt", "bus: {host: ignored}");

        var bus = Load("bus: {host: from-main, username: from-main, password: from-main}").Bus;

        Assert.Equal(("from-a", "from-b", "from-main", 5672), (bus.Host, bus.Username, bus.Password, bus.Port));
    }

    [Fact]
    public void Credentials_of_sources_are_a_list_of_mappings()
    {
        var sources = Load("sources: {credentials: [{url: 'https://a/*', user: me, file: /b}, {url: 'https://c/*', file: 5}]}").Sources;

        Assert.Equal(
            [new SourceCredentialsConfiguration { Url = "https://a/*", User = "me", File = "/b" }, new SourceCredentialsConfiguration { Url = "https://c/*", File = "5" }],
            sources.Credentials);
    }

    [Theory]
    [InlineData("sources: {credentials: {url: a}}", "a list of mappings")]
    [InlineData("sources: {credentials: [a]}", "a list of mappings")]
    [InlineData("sources: {credentials: [{url: a}]}", "with url and file")]
    [InlineData("sources: {credentials: [{url: a, file: b, password: c}]}", "with url and file")]
    [InlineData("sources: {credentials: [{url: a, file: [b]}]}", "each a text")]
    public void Credentials_of_sources_that_are_none_stop_the_start(string content, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Load(content)).Message);

    [Theory]
    [InlineData("", "/var/log/wazo-plugind.log")]
    [InlineData("log_file: null\nuser: null", null)]
    [InlineData("log_file: ~", null)]
    [InlineData("log_file: /a", "/a")]
    public void No_log_file_is_none_and_of_other_keys_the_default(string yaml, string? expected)
    {
        var configuration = Load(yaml);

        Assert.Equal((expected, "wazo-plugind"), (configuration.LogFile, configuration.User));
        Assert.DoesNotContain(null!, configuration.PrivatePaths());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("bus: {vhost: /wazo, tls: false}", false)]
    [InlineData("bus: {host: null}", false)]
    [InlineData("bus: {host: localhost}", true)]
    [InlineData("bus: {exchange_name: wazo-headers}", true)]
    public void A_broker_is_named_by_a_key_of_the_replaced_service(string yaml, bool expected) => Assert.Equal(expected, LoadAll(yaml).NamesBroker);

    [Fact]
    public void The_command_line_wins_over_all_files()
    {
        _directory.Write("conf.d/10-a.yml", "user: from-a");

        var configuration = Load("user: from-main", new JsonObject { ["user"] = "from-line", ["debug"] = true });

        Assert.Equal("from-line", configuration.User);
        Assert.True(configuration.Debug);
    }

    [Fact]
    public void The_environment_gives_the_platforms_uuid_and_version()
    {
        var configuration = Load("");

        Assert.Equal(("the XIVO_UUID", "the WAZO_VERSION"), (configuration.Uuid, configuration.WazoVersion));
    }

    [Fact]
    public void The_environment_gives_the_proxies_in_either_case()
    {
        _environment["http_proxy"] = "http://small.example.org:1/";
        _environment["HTTP_PROXY"] = "http://large.example.org:2";
        _environment["https_proxy"] = "";
        _environment["HTTPS_PROXY"] = "me:s3cr3t@large.example.org:3";
        _environment["ALL_PROXY"] = "socks5://large.example.org";
        _environment["NO_PROXY"] = "localhost,10.0.0.0/8";

        var proxy = Load("").Proxy;

        Assert.Equal("http://small.example.org:1", proxy.Http);
        Assert.Equal("http://me:s3cr3t@large.example.org:3", proxy.Https);
        Assert.Equal(("socks5h://large.example.org:1080", "localhost,10.0.0.0/8"), (proxy.All, proxy.NoProxy));
    }

    [Fact]
    public void A_proxy_of_the_files_wins_over_the_environments_and_an_empty_one_turns_that_off()
    {
        foreach (var name in (string[])["http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy"])
            _environment[name] = "environment.example.org:1";

        var proxy = Load("proxy: {http: 'http://file.example.org', https: ''}").Proxy;

        Assert.Equal(("http://file.example.org:80", null, "environment.example.org:1"), (proxy.Http, proxy.Https, proxy.NoProxy));
    }

    [Fact]
    public void A_proxy_of_the_environment_that_cannot_work_is_said_with_what_else_cannot()
    {
        _environment["HTTP_PROXY"] = "gopher://me:s3cr3t@example.org";

        var lines = Assert.Throws<ConfigurationException>(() => Load("bus: {port: 0}")).Message.Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("the environment's HTTP_PROXY: proxy.http: expected the url of a proxy", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("s3cr3t", line));
    }

    [Fact]
    public void Credentials_of_proxies_are_not_shown()
    {
        _environment["http_proxy"] = "me:s3cr3t@example.org";
        var file = _directory.Write("config.yml", "proxy: {https: 'https://me:s3cr3t@example.org'}");

        var loaded = ConfigurationLoader.Load(file, [], _environment.GetValueOrDefault, _errors);

        Assert.Equal(
            """{"http":"http://example.org:80","https":"https://example.org:443","all":null,"no_proxy":null}""",
            loaded.ToJson()["proxy"]!.ToJsonString());
        Assert.DoesNotContain("s3cr3t", $"{loaded.Value} {loaded.Value.Proxy}");
    }

    [Fact]
    public void A_number_is_text_where_text_is_expected()
    {
        var configuration = Load("market: {version: 0.1, port: 8000}\nconfd: {version: 1.10}\nbus: {password: 1234}");

        Assert.Equal(("0.1", 8000, "1.10", "1234"),
            (configuration.Market.Version, configuration.Market.Port, configuration.Confd.Version, configuration.Bus.Password));
    }

    [Theory]
    [InlineData("bus: {port: many}", "bus.port", "a whole number")]
    [InlineData("bus: {port: 1.5}", "bus.port", "a whole number")]
    [InlineData("bus: [1]", "bus", "a mapping")]
    [InlineData("debug: maybe", "debug", "true or false")]
    [InlineData("user: {a: b}", "user", "a text")]
    [InlineData("rest_api: {cors: {allow_headers: x}}", "rest_api.cors.allow_headers", "a list of texts")]
    [InlineData("auth: {prefix: [x]}", "auth.prefix", "a text")]
    [InlineData("market: {port: x}", "market.port", "a whole number")]
    public void A_value_of_the_wrong_type_names_the_file_the_key_and_what_was_expected(string yaml, string key, string expected)
    {
        var extra = _directory.Write("conf.d/10-wrong.yml", yaml);

        var error = Assert.Throws<ConfigurationException>(() => Load("bus: {host: a}"));

        Assert.Equal($"{extra}: {key}: expected {expected}", error.Message);
    }

    [Fact]
    public void A_file_that_is_no_yaml_is_reported_and_skipped()
    {
        var broken = _directory.Write("conf.d/10-broken.yml", "bus: [");
        var list = _directory.Write("conf.d/15-list.yml", "- a");
        _directory.Write("conf.d/20-good.yml", "user: good");

        Assert.Equal("good", Load("").User);
        Assert.Contains($"{broken}: skipped", _errors.ToString());
        Assert.Contains($"{list}: skipped", _errors.ToString());
    }

    [Fact]
    public void An_absent_main_file_is_reported_and_the_defaults_hold()
    {
        var loaded = ConfigurationLoader.Load(Path.Join(_directory.Path, "absent.yml"), [], _ => null, _errors);

        Assert.Equal("wazo-plugind", loaded.Value.User);
        Assert.Contains("absent.yml: skipped", _errors.ToString());
    }

    [Fact]
    public void Digits_in_quotes_are_a_number_where_a_number_is_expected()
    {
        var configuration = Load("bus: {port: '5673'}\nmarket: {port: '0080'}");

        Assert.Equal((5673, 80), (configuration.Bus.Port, configuration.Market.Port));
    }

    [Fact]
    public void An_empty_text_is_none_where_there_may_be_none()
    {
        var configuration = Load("rest_api: {certificate: '', private_key: ''}\nconsul: {host: ''}\nmarket: {port: ''}\nauth: {prefix: ''}");

        Assert.Equal((null, null), (configuration.RestApi.Certificate, configuration.RestApi.PrivateKey));
        Assert.Equal((null, null, null), (configuration.Consul.Host, configuration.Market.Port, configuration.Auth.Prefix));
    }

    private PlugindConfiguration Load(string yaml, JsonObject? overrides = null) => LoadAll(yaml, overrides).Value;

    private LoadedConfiguration LoadAll(string yaml, JsonObject? overrides = null)
    {
        var file = _directory.Write("config.yml", $"extra_config_files: {_directory.Path}/conf.d\n{yaml}");
        return ConfigurationLoader.Load(file, overrides ?? [], name => name is "XIVO_UUID" or "WAZO_VERSION" ? "the " + name : _environment.GetValueOrDefault(name), _errors);
    }
}
