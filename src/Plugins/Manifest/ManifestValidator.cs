using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Manifest;

/// <summary>Says everything that is wrong with a manifest, or what it declares.</summary>
public static partial class ManifestValidator
{
    /// <summary>The newest format of <c>plugin.yml</c> that is understood.</summary>
    public const int NewestFormatVersion = 2;

    // A file system's.
    private const int LongestFileName = 255;

    // The longest of the names that dpkg makes of a package's is that of its sums: NAME.md5sums-new.
    private const int LongestPackageName = LongestFileName - 12;

    private static readonly StringSchema Name = new(StringRule.MaxLength(LongestPackageName), StringRule.Matches(NamePattern(), "^[a-z0-9-]+$"));

    private static readonly StringSchema Namespace =
        new(StringRule.MaxLength(LongestPackageName), StringRule.Matches(NamespacePattern(), "^[a-z0-9]+$"));

    private static readonly StringSchema Version = new(new StringRule(version => DebianVersion.IsValid(version)
        ? null
        : new FieldError("Not a valid Debian version.", "regex", DebianVersion.Syntax.ToString())));

    private static readonly StringSchema DebianDepend = new(StringRule.MaxLength(1000), new StringRule(item =>
        item.Split(',').All(entry => DebianDependency.ParseEntry(entry) is not null)
            ? null
            : new FieldError("Not a valid Debian dependency.", "debian_dependency", "Debian policy 7.1")));

    private static readonly ObjectSchema Schema = new(
        new Field("name", Name, Required: true),
        new Field("namespace", Namespace, Required: true),
        new Field("version", Version, Required: true),
        new Field("plugin_format_version", new IntegerSchema(0, NewestFormatVersion)),
        new Field("min_wazo_version", new StringSchema()),
        new Field("max_wazo_version", new StringSchema()),
        new Field("depends", new ListSchema(new ObjectSchema(
            new Field("name", Name, Required: true),
            new Field("namespace", Namespace, Required: true),
            new Field("version", new StringSchema()))), Nullable: true),
        new Field("debian_depends", new ListSchema(DebianDepend), Nullable: true),
        new Field("setuid", new ListSchema(new StringSchema(StringRule.Matches(PathPattern(), "^/")))));

    /// <summary>Whether the manifest limits the platform's version, so that it has to be known.</summary>
    /// <param name="manifest">The manifest, as <see cref="ManifestReader.Read"/> gives it.</param>
    public static bool NeedsPlatformVersion(JsonObject manifest) =>
        manifest.ContainsKey("min_wazo_version") || manifest.ContainsKey("max_wazo_version");

    /// <summary>Validates a manifest.</summary>
    /// <param name="manifest">The manifest, as <see cref="ManifestReader.Read"/> gives it.</param>
    /// <param name="configuration">Says how the plugin's package is named.</param>
    /// <param name="platformVersion">The platform's version; only needed where <see cref="NeedsPlatformVersion"/> says so.</param>
    /// <param name="errors">What is wrong, by field; empty when nothing is.</param>
    /// <returns>What it declares, or <c>null</c> when something is wrong.</returns>
    public static PluginManifest? Validate(JsonObject manifest, PlugindConfiguration configuration, string? platformVersion, out JsonObject errors)
    {
        errors = Schema.Check(manifest) ?? [];
        CheckLengths(manifest, configuration, errors);
        if (platformVersion is not null)
            CheckPlatform(manifest, platformVersion, errors);
        if (errors.Count > 0)
            return null;
        return new PluginManifest(
            new PluginIdentity(Text(manifest, "namespace")!, Text(manifest, "name")!, Text(manifest, "version")!),
            manifest["plugin_format_version"] is { } format ? (int)IntegerSchema.Parse(format)! : 0,
            [.. Items(manifest, "depends").Select(item =>
                new PluginReference(Text(item, "namespace")!, Text(item, "name")!, Text(item, "version")))],
            [.. Items(manifest, "debian_depends").SelectMany(item => item.GetValue<string>().Split(',', StringSplitOptions.TrimEntries))]);
    }

    private static void CheckLengths(JsonObject manifest, PlugindConfiguration configuration, JsonObject errors)
    {
        if (errors.ContainsKey("name") || errors.ContainsKey("namespace"))
            return;
        var (pluginNamespace, name) = (Text(manifest, "namespace")!, Text(manifest, "name")!);
        var package = PluginPackage.NameOf(configuration, pluginNamespace, name);
        if (package.Length > LongestPackageName)
            Limit(name.Length < pluginNamespace.Length ? "namespace" : "name", package.Length - LongestPackageName);
        else if (!errors.ContainsKey("version"))
            // It is kept under this name.
            Limit("version", $"{package}_{Text(manifest, "version")}.deb".Length - LongestFileName);

        void Limit(string key, int excess)
        {
            var text = Text(manifest, key)!;
            if (StringRule.MaxLength(text.Length - excess).Check(text) is { } error)
                errors[key] = error.ToJson();
        }
    }

    private static void CheckPlatform(JsonObject manifest, string platformVersion, JsonObject errors)
    {
        var limits = new PlatformLimits(Limit("min_wazo_version"), Limit("max_wazo_version"));
        if (limits.AreAbove(platformVersion))
            errors["min_wazo_version"] = FieldError.Range(min: null, max: platformVersion).ToJson();
        if (limits.AreBelow(platformVersion))
            errors["max_wazo_version"] = FieldError.Range(min: platformVersion, max: null).ToJson();

        string? Limit(string key) => errors.ContainsKey(key) ? null : Text(manifest, key);
    }

    private static string? Text(JsonNode node, string key) => node[key]?.GetValue<string>();

    private static IEnumerable<JsonNode> Items(JsonObject manifest, string key) => manifest[key]?.AsArray().OfType<JsonNode>() ?? [];

    [GeneratedRegex(@"\A[a-z0-9-]+\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A/[^\x00-\x1F\x7F]+\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\A[a-z0-9]+\z")]
    private static partial Regex NamespacePattern();
}
