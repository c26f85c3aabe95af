using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace WazoPlugind.Platform.Tests.Configuration;

public sealed class ConfigurationRulesTests : IDisposable
{
    private const string Host = "a host: a name, an IPv4 address, or an IPv6 address in brackets";
    private const string Line = "a text on one line";
    private const string Path = "an absolute path";
    private const string ScriptPath = """an absolute path without '"', '$', '`' and '\'""";
    private const string InnerPath = """a path inside of a plugin: relative, without '..', '"', '$', '`' and '\'""";
    private const string Package = "small letters, digits, '+', '-' and '.', the first a letter or digit";
    private const string Proxy =
        "the url of a proxy by http, https or socks5, without a path, and percent-encoded what user name and password hold of / ? # @ : %";
    private const string Section = "a section of Debian, on one line and without spaces around it";

    // Whatever they are, the service starts: it hands them on, or compares them.
    private static readonly string[] FreeTexts =
    [
        "uuid", "wazo_version", "auth.key_file", "auth.username", "auth.password", "auth.master_tenant_uuid", "bus.username", "bus.password",
        "consul.token", "rest_api.cors.allow_headers", "service_discovery.advertise_address", "service_discovery.advertise_address_interface",
        "service_discovery.extra_tags", "sources.credentials", "credentials_directory",
    ];

    private readonly ConfigurationFiles _files = new();

    public static TheoryData<string, int, int, string> Ranges => new()
    {
        { "market.port", 1, 65535, "" },
        { "market.freshness", 0, 2073600, " seconds" },
        { "confd.port", 1, 65535, "" },
        { "auth.port", 1, 65535, "" },
        { "rest_api.port", 1, 65535, "" },
        { "bus.port", 1, 65535, "" },
        { "bus.request_timeout", 1, 2073600, " seconds" },
        { "consul.port", 1, 65535, "" },
        { "service_discovery.advertise_port", 1, 65535, "" },
        { "service_discovery.ttl_interval", 1, 2073600, " seconds" },
        { "service_discovery.refresh_interval", 1, 2073600, " seconds" },
        { "service_discovery.retry_interval", 1, 2073600, " seconds" },
        { "worker.build_concurrency", 0, 1000, "" },
        { "worker.install_retry_delay", 0, 120, " seconds" },
        { "worker.kill_limit", 1, 100, "" },
        { "sources.connection_timeout", 1, 1500, " seconds" },
        { "sources.silence_timeout", 1, 1500, " seconds" },
        { "worker.stop_timeout", 1, 2073600, " seconds" },
        { "build.memory_megabytes", 64, 1048576, " megabytes" },
        { "build.processes", 16, 4194304, "" },
        { "build.file_megabytes", 1, 1048576, " megabytes" },
        { "limits.operations", 1, 1000000, "" },
        { "limits.output_kilobytes", 1, 16384, " kilobytes" },
        { "limits.source_megabytes", 1, 1048576, " megabytes" },
        { "limits.source_files", 1, 100000000, "" },
        { "limits.package_megabytes", 1, 1048576, " megabytes" },
        { "limits.installed_megabytes", 1, 1048576, " megabytes" },
        { "limits.package_files", 1, 100000000, "" },
        { "limits.free_megabytes", 0, 1048576, " megabytes" },
        { "limits.kept_packages", 0, 1000000, "" },
        { "limits.kept_packages_megabytes", 0, 1048576, " megabytes" },
        { "operations.keep_days", 1, 36500, " days" },
        { "operations.keep_count", 1, 100000000, "" },
    };

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Ranges))]
    public void A_number_has_a_range_whose_ends_will_do(string key, int minimum, int maximum, string unit)
    {
        string[] refused = [$"{_files.Main}: {key}: expected {minimum} to {maximum}{unit}"];

        Assert.Empty(_files.Load(Nested(key, $"{minimum}")).Warnings);
        Assert.Empty(_files.Load(Nested(key, $"{maximum}")).Warnings);
        foreach (var beyond in (string[])[$"{minimum - 1}", $"{maximum + 1}", "99999999999999999999", "-99999999999999999999"])
            Assert.Equal(refused, _files.Refuse(Nested(key, beyond)));
    }

    [Fact]
    public void Every_number_is_among_the_ranges() =>
        Assert.Equal(
            ConfigurationSchema.Leaves.Where(leaf => leaf.Property.PropertyType == typeof(int) || leaf.Property.PropertyType == typeof(int?))
                .Select(leaf => leaf.Key).Order(),
            Ranges.Select(row => (string)row[0]).Append("worker.step_timeout").Order());

    [Fact]
    public void Every_key_has_a_rule_or_is_a_free_text()
    {
        var without = ConfigurationSchema.Leaves
            .Where(leaf => leaf.Property.PropertyType != typeof(bool))
            .Where(leaf => leaf.Property.GetCustomAttribute<ValidationAttribute>(inherit: true) is null
                // Else nobody asks the rule.
                || leaf.Mappings.Any(mapping => mapping.GetCustomAttribute<ValidateObjectMembersAttribute>() is null));

        Assert.Equal(FreeTexts.Order(), without.Select(leaf => leaf.Key).Order());
    }

    [Theory]
    [InlineData("market.host", "''", Host)]
    [InlineData("confd.host", "a b", Host)]
    [InlineData("auth.host", "http://localhost", Host)]
    [InlineData("auth.host", "'::1'", Host)]
    [InlineData("bus.host", "localhost:5672", Host)]
    [InlineData("consul.host", "a/b", Host)]
    [InlineData("market.version", "''", Line)]
    [InlineData("confd.version", "' '", Line)]
    [InlineData("confd.prefix", "\"a\\nb\"", Line)]
    [InlineData("auth.prefix", "\"a\\rb\"", Line)]
    [InlineData("bus.vhost", "''", Line)]
    [InlineData("bus.exchange_name", "''", Line)]
    [InlineData("bus.exchange_type", "header", "direct, fanout, headers or topic")]
    [InlineData("bus.transport", "kafka", "rabbitmq or in-memory")]
    [InlineData("bus.events_file", "''", Line)]
    [InlineData("bus.ca_certificate", "ca.pem", Path)]
    [InlineData("consul.scheme", "ftp", "http or https")]
    [InlineData("rest_api.listen", "localhost", "an IP address")]
    [InlineData("rest_api.listen", "''", "an IP address")]
    [InlineData("log_level", "verbose", "debug, info, warning, error or critical")]
    [InlineData("log_file", "''", Line)]
    [InlineData("user", "''", Line)]
    [InlineData("home_dir", "lib", Path)]
    [InlineData("download_dir", "''", Path)]
    [InlineData("extract_dir", "tmp", Path)]
    [InlineData("packages_dir", "\"/a\\tb\"", Path)]
    [InlineData("operations.database", "operations.db", Path)]
    [InlineData("metadata_dir", "/usr/lib/$x", ScriptPath)]
    [InlineData("backup_rules_dir", "rules", ScriptPath)]
    [InlineData("build_dir", "/pkg", InnerPath)]
    [InlineData("plugin_data_dir", "a/../../b", InnerPath)]
    [InlineData("default_metadata_filename", "''", InnerPath)]
    [InlineData("default_install_filename", "a`b", InnerPath)]
    [InlineData("default_debian_package_prefix", "Wazo", Package)]
    [InlineData("default_debian_package_prefix", "-wazo", Package)]
    [InlineData("default_debian_package_prefix", "\"wazo\\n\"", Package)]
    [InlineData("debian_package_section", "\"a\\nDepends: b\"", Section)]
    [InlineData("debian_package_section", "' a'", Section)]
    [InlineData("build.user", "''", Line)]
    [InlineData("build.sandbox", "Auto", "auto, bubblewrap or none")]
    [InlineData("worker.package_transfer", "pigeon", "directory or message")]
    [InlineData("sources.schemes", "[https, ftp]", "http, https, ssh, git or file")]
    [InlineData("sources.allow", "['']", Line)]
    [InlineData("proxy.http", "ftp://example.org", Proxy)]
    [InlineData("proxy.http", "example.org/a", Proxy)]
    [InlineData("proxy.https", "'http://me:a/b@example.org'", Proxy)]
    [InlineData("proxy.https", "'http://example.org#a'", Proxy)]
    [InlineData("proxy.all", "socks4://example.org", Proxy)]
    [InlineData("proxy.all", "'http://:3128'", Proxy)]
    [InlineData("proxy.no_proxy", "' '", Line)]
    [InlineData("auth.key_file", "''", "a file, or auth.username and auth.password")]
    [InlineData("rest_api.certificate", "/a", "a file beside rest_api.certificate", "rest_api.private_key")]
    [InlineData("rest_api.private_key", "/a", "a file beside rest_api.private_key", "rest_api.certificate")]
    public void A_text_that_cannot_work_is_refused(string key, string value, string expected, string? reported = null) =>
        Assert.Equal([$"{_files.Main}: {reported ?? key}: expected {expected}"], _files.Refuse(Nested(key, value)));

    [Theory]
    [InlineData("market.host", "my_host.example.org.")]
    [InlineData("bus.host", "10.0.0.1")]
    [InlineData("auth.host", "'[::1]'")]
    [InlineData("consul.scheme", "HTTPS")]
    [InlineData("log_level", "WARNING")]
    [InlineData("log_file", "plugind.log")]
    [InlineData("rest_api.listen", "'::'")]
    [InlineData("rest_api.cors.allow_headers", "['', a b]")]
    [InlineData("service_discovery.advertise_address", "''")]
    [InlineData("default_debian_package_prefix", "x")]
    [InlineData("debian_package_section", "My Plugins")]
    [InlineData("default_metadata_filename", "plugin..yml")]
    [InlineData("proxy.http", "example.org:3128")]
    [InlineData("proxy.https", "'http://me:a%2Fb@[::1]:3128/'")]
    [InlineData("proxy.all", "socks5h://me@10.0.0.1")]
    [InlineData("proxy.no_proxy", "'*'")]
    [InlineData("sources.schemes", "[]")]
    [InlineData("sources.allow", "['https://git.example.org/*']")]
    public void A_text_that_is_odd_and_works_will_do(string key, string value) => Assert.Empty(_files.Load(Nested(key, value)).Warnings);

    [Fact]
    public void A_name_and_a_password_need_no_key_file() =>
        Assert.Equal("", _files.Load("auth: {key_file: '', username: a, password: b}").Value.Auth.KeyFile);

    [Theory]
    [InlineData("auth", "/auth")]
    [InlineData("/auth", "/auth")]
    public void A_prefix_begins_with_a_slash(string written, string used)
    {
        var configuration = _files.Load($"auth: {{prefix: {written}}}\nconfd: {{prefix: {written}}}").Value;

        Assert.Equal((used, used), (configuration.Auth.Prefix, configuration.Confd.Prefix));
    }

    [Fact]
    public void A_build_without_network_needs_a_sandbox() =>
        Assert.Equal(
            [$"{_files.Main}: build.network: expected true where build.sandbox is none"],
            _files.Refuse("build: {sandbox: none, network: false}"));

    [Fact]
    public void All_that_is_wrong_is_said_at_once_each_with_its_file()
    {
        var extra = _files.WriteExtra("10-a.yml", "bus: {port: 70000}\nlimits: {output_kilobytes: 0}");

        Assert.Equal(
            [
                $"{_files.Main}: debug: expected true or false",
                $"{extra}: bus.port: expected 1 to 65535",
                $"{extra}: limits.output_kilobytes: expected 1 to 16384 kilobytes",
            ],
            _files.Refuse("bus: {port: 5672}\ndebug: maybe").Order(StringComparer.Ordinal).OrderByDescending(line => line.Contains("debug")));
    }

    [Fact]
    public void A_step_timeout_of_before_that_is_too_long_is_bounded_with_a_warning()
    {
        var loaded = _files.Load("worker: {step_timeout: 7200}");

        Assert.Equal(1500, loaded.Value.Worker.StepTimeout);
        Assert.Equal([$"{_files.Main}: worker.step_timeout: more than 1500 seconds, taken as 1500"], loaded.Warnings);
        Assert.Empty(_files.Load("worker: {step_timeout: 1500}").Warnings);
        Assert.Equal(1, _files.Load("worker: {step_timeout: 1}").Value.Worker.StepTimeout);
        Assert.Equal([$"{_files.Main}: worker.step_timeout: expected 1 to 1500 seconds"], _files.Refuse("worker: {step_timeout: 0}"));
    }

    [Fact]
    public void A_refresh_that_comes_after_the_end_of_its_entry_is_a_warning()
    {
        var loaded = _files.Load("service_discovery: {enabled: true, ttl_interval: 27}");

        Assert.Equal(
            [$"{_files.Main}: service_discovery.refresh_interval: not below ttl_interval: the entry is critical before each refresh"],
            loaded.Warnings);
        Assert.Empty(_files.Load("service_discovery: {enabled: true, ttl_interval: 28}").Warnings);
    }

    private static string Nested(string key, string value) =>
        string.Join(": {", key.Split('.')) + $": {value}" + new string('}', key.Count(character => character == '.'));
}
