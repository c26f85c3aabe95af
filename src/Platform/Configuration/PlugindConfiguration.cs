using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>The effective configuration. Its defaults are those of the replaced service.</summary>
public sealed record PlugindConfiguration
{
    /// <summary>Where the configuration is.</summary>
    public const string ConfigurationDirectory = "/etc/wazo-plugind";

    /// <summary>Whether everything is logged.</summary>
    public bool Debug { get; init; }

    /// <summary>debug, info, warning, error or critical.</summary>
    [OneOf("debug", "info", "warning", "error", "critical", InAnyCase = true)]
    public string LogLevel { get; init; } = "info";

    /// <summary>The log, which is on standard error too; <c>null</c> for that alone, in the journal's form.</summary>
    [Line]
    public string? LogFile { get; init; } = "/var/log/wazo-plugind.log";

    /// <summary>The user of the API and of fetches.</summary>
    [Line]
    public string User { get; init; } = "wazo-plugind";

    /// <summary>The directory of further configuration files.</summary>
    [Line]
    public string ExtraConfigFiles { get; init; } = ConfigurationDirectory + "/conf.d";

    /// <summary>The service's home.</summary>
    [AbsolutePath]
    public string HomeDir { get; init; } = "/usr/lib/wazo-plugind";

    /// <summary>Where installed plugins keep their <c>wazo</c> folder.</summary>
    [ScriptPath]
    public string MetadataDir { get; init; } = "/usr/lib/wazo-plugind/plugins";

    /// <summary>Where sources are fetched to.</summary>
    [AbsolutePath]
    public string DownloadDir { get; init; } = "/var/lib/wazo-plugind/downloads";

    /// <summary>Where sources are laid out and built.</summary>
    [AbsolutePath]
    public string ExtractDir { get; init; } = "/var/lib/wazo-plugind/tmp";

    /// <summary>Where <c>rules</c> wait for the postrm.</summary>
    [ScriptPath]
    public string BackupRulesDir { get; init; } = "/var/lib/wazo-plugind/rules";

    /// <summary>Where the packages of installed plugins are kept, for putting one back when its upgrade fails.</summary>
    [AbsolutePath]
    public string PackagesDir { get; init; } = "/var/lib/wazo-plugind/packages";

    /// <summary>The root of the package, in the source tree.</summary>
    [InnerPath]
    public string BuildDir { get; init; } = "_pkg";

    /// <summary>The folder of the source that is installed as it is.</summary>
    [InnerPath]
    public string PluginDataDir { get; init; } = "wazo";

    /// <summary>The manifest.</summary>
    [InnerPath]
    public string DefaultMetadataFilename { get; init; } = "wazo/plugin.yml";

    /// <summary>The executable that builds and installs.</summary>
    [InnerPath]
    public string DefaultInstallFilename { get; init; } = "wazo/rules";

    /// <summary>What the packages' names begin with.</summary>
    [PackageName]
    public string DefaultDebianPackagePrefix { get; init; } = "wazo-plugind";

    /// <summary>The packages' section: what makes a package a plugin.</summary>
    [Section]
    public string DebianPackageSection { get; init; } = "wazo-plugind-plugin";

    /// <summary>The market.</summary>
    [ValidateObjectMembers]
    public MarketConfiguration Market { get; init; } = new();

    /// <summary>wazo-confd.</summary>
    [ValidateObjectMembers]
    public ConfdConfiguration Confd { get; init; } = new();

    /// <summary>wazo-auth.</summary>
    [ValidateObjectMembers]
    public AuthConfiguration Auth { get; init; } = new();

    /// <summary>The API.</summary>
    [ValidateObjectMembers]
    public RestApiConfiguration RestApi { get; init; } = new();

    /// <summary>The message broker.</summary>
    [ValidateObjectMembers]
    public BusConfiguration Bus { get; init; } = new();

    /// <summary>Consul.</summary>
    [ValidateObjectMembers]
    public ConsulConfiguration Consul { get; init; } = new();

    /// <summary>Announcing the service.</summary>
    [ValidateObjectMembers]
    public ServiceDiscoveryConfiguration ServiceDiscovery { get; init; } = new();

    /// <summary>The worker.</summary>
    [ValidateObjectMembers]
    public WorkerConfiguration Worker { get; init; } = new();

    /// <summary>What the code of plugins may do while it is built.</summary>
    [ValidateObjectMembers]
    public BuildConfiguration Build { get; init; } = new();

    /// <summary>Where plugins may come from.</summary>
    [ValidateObjectMembers]
    public SourcesConfiguration Sources { get; init; } = new();

    /// <summary>By which proxies other machines are asked.</summary>
    [ValidateObjectMembers]
    public ProxyConfiguration Proxy { get; init; } = new();

    /// <summary>What operations may use of the machine.</summary>
    [ValidateObjectMembers]
    public LimitsConfiguration Limits { get; init; } = new();

    /// <summary>The store of operations.</summary>
    [ValidateObjectMembers]
    public OperationsConfiguration Operations { get; init; } = new();

    /// <summary>The platform's UUID, from the environment variable <c>XIVO_UUID</c>.</summary>
    public string? Uuid { get; init; }

    /// <summary>The platform's version, from the environment variable <c>WAZO_VERSION</c>.</summary>
    public string? WazoVersion { get; init; }

    /// <summary>Where systemd puts the service's credentials, from the environment variable <c>CREDENTIALS_DIRECTORY</c>.</summary>
    [JsonIgnore]
    public string? CredentialsDirectory { get; init; }

    /// <summary>The service's credentials.</summary>
    public SystemdCredentials Credentials() => new(CredentialsDirectory);

    /// <summary>Where the package of a plugin installs its directory, without the <c>wazo</c> folder in it.</summary>
    /// <param name="pluginNamespace">The plugin's namespace.</param>
    /// <param name="name">The plugin's name.</param>
    public string InstallDirectory(string pluginNamespace, string name) => Path.Join(MetadataDir, pluginNamespace, name);

    /// <summary>The files and directories that are this service's alone, and that no build may see.</summary>
    public IReadOnlyList<string> PrivatePaths() =>
    [
        ConfigurationDirectory, ExtraConfigFiles, PackagesDir, BackupRulesDir, DownloadDir, ExtractDir,
        .. LogFile is { } log ? [log] : (string[])[],
        .. Auth.KeyFile.Length > 0 ? [Auth.KeyFile] : (string[])[], .. Operations.DatabaseFiles(),
        .. Sources.Credentials.Select(credentials => credentials.File).Where(Path.IsPathRooted),
        .. CredentialsDirectory is { } credentialsDirectory ? [credentialsDirectory] : (string[])[],
    ];
}
