using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Requests;

/// <summary>What commands must be, from HTTP and from the bus.</summary>
public static partial class CommandSchema
{
    private static readonly ObjectSchema Installation = new(
        new Field("method", new StringSchema(StringRule.OneOf([.. PluginSources.All.Select(method => method.Name)])), Required: true),
        new Field("options", new ObjectSchema(), Required: true),
        new Field("reinstall", new BooleanSchema()),
        new Field("revision", new StringSchema(StringRule.Matches(FullHash(), "^([0-9a-f]{40}|[0-9a-f]{64})$"))));

    private static readonly ObjectSchema Planning =
        new(new Field("action", new StringSchema(StringRule.OneOf(OperationAction.Install, OperationAction.Uninstall, OperationAction.Update)), Required: true));

    private static readonly ObjectSchema Plugin = new(
        new Field("namespace", StringSchema.Line, Required: true), new Field("name", StringSchema.Line, Required: true));

    private static readonly ObjectSchema UpdateOptions =
        new([.. PluginSources.All.SelectMany(method => method.UpdateOptions).DistinctBy(option => option.Name)]);

    private static readonly ObjectSchema Version = new(new Field("version", StringSchema.Line), new Field("options", UpdateOptions));

    /// <summary>Looks for what a command says that it cannot.</summary>
    /// <param name="command">The type of the command.</param>
    /// <param name="body">The command, which is valid else.</param>
    /// <param name="others">What else it may say.</param>
    /// <returns>The keys, each with its error; <c>null</c> when there is none.</returns>
    public static JsonObject? FindUnknown(string command, JsonObject body, params IEnumerable<string> others)
    {
        Field[] fields = command switch
        {
            nameof(InstallPluginCommand) => Installation.Fields,
            nameof(UninstallPluginCommand) => Plugin.Fields,
            nameof(UpdatePluginCommand) => [.. Plugin.Fields, .. Version.Fields, .. UpdateOptions.Fields],
            nameof(PlanOperationCommand) => [.. Planning.Fields, .. body["action"]!.GetValue<string>() switch
            {
                OperationAction.Install => Installation.Fields,
                OperationAction.Uninstall => Plugin.Fields,
                _ => [.. Plugin.Fields, .. Version.Fields],
            }],
            _ => [],
        };
        return new ObjectSchema([.. fields, .. others.Select(name => new Field(name, new ObjectSchema()))]).FindUnknown(body);
    }

    /// <summary>Looks for options of a valid installation that its method does not have.</summary>
    /// <param name="body">The command.</param>
    /// <returns>The options, each with its error, under <c>options</c>; <c>null</c> when there is none.</returns>
    public static JsonObject? FindUnknownOptions(JsonObject body) =>
        MethodOf(body).Schema.FindUnknown(body["options"]!.AsObject()) is { } unknown ? new JsonObject { ["options"] = unknown } : null;

    /// <summary>Checks what an update may say: a version of the market, or options that replace those of then.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckVersion(JsonObject body) => Version.Check(body);

    /// <summary>Checks an installation: method, options and perhaps reinstall.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckInstallation(JsonObject body) => Installation.Check(body)
        ?? (MethodOf(body).Schema.Check(body["options"]!) is { } errors ? new JsonObject { ["options"] = errors } : null);

    /// <summary>Checks what names a plugin: namespace and name.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckPlugin(JsonObject body) => Plugin.Check(body);

    /// <summary>Checks what is asked to be planned: an action, and what that needs.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckPlan(JsonObject body) => Planning.Check(body) ?? body["action"]!.GetValue<string>() switch
    {
        OperationAction.Install => CheckInstallation(body),
        OperationAction.Uninstall => CheckPlugin(body),
        _ => NamesPlugin(body) ? CheckPlugin(body) ?? CheckVersion(body) : null,
    };

    /// <summary>Whether an update is about one plugin; else it is about all.</summary>
    /// <param name="body">The command.</param>
    public static bool NamesPlugin(JsonObject body) => ((string[])["namespace", "name", "version", "options"]).Any(body.ContainsKey);

    /// <summary>Makes the options of a valid installation.</summary>
    /// <param name="body">The command.</param>
    public static InstallOptions OptionsOf(JsonObject body) => MethodOf(body).Read(body["options"]!.AsObject());

    /// <summary>Makes the options of what is validly asked to be planned; <c>null</c> where there are none.</summary>
    /// <param name="body">The command.</param>
    public static InstallOptions? PlanOptionsOf(JsonObject body)
    {
        if (body["options"] is not JsonObject options)
            return null;
        return body["method"] is not null
            ? OptionsOf(body)
            : new InstallOptions { Url = Option("url"), Ref = Option("ref"), Sha256 = Option("sha256"), Subdirectory = Option("subdirectory") };

        string? Option(string key) => options[key]?.GetValue<string>();
    }

    /// <summary>Whether a valid installation asks to install again what is installed.</summary>
    /// <param name="body">The command, or a query.</param>
    public static bool ReinstallOf(JsonObject body) => body["reinstall"] is { } reinstall && BooleanSchema.Parse(reinstall) == true;

    private static SourceMethod MethodOf(JsonObject body) => PluginSources.Find(body["method"]!.GetValue<string>())!;

    [GeneratedRegex(@"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\z")]
    private static partial Regex FullHash();
}
