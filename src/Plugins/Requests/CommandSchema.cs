using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Requests;

/// <summary>What commands must be, from HTTP and from the bus.</summary>
public static class CommandSchema
{
    private static readonly ObjectSchema Installation = new(
        new Field("method", new StringSchema(StringRule.OneOf([.. PluginSources.All.Select(method => method.Name)])), Required: true),
        new Field("options", new ObjectSchema(), Required: true),
        new Field("reinstall", new BooleanSchema()));

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

    /// <summary>Makes the options of a valid installation.</summary>
    /// <param name="body">The command.</param>
    public static InstallOptions OptionsOf(JsonObject body) => MethodOf(body).Read(body["options"]!.AsObject());

    /// <summary>Whether a valid installation asks to install again what is installed.</summary>
    /// <param name="body">The command, or a query.</param>
    public static bool ReinstallOf(JsonObject body) => body["reinstall"] is { } reinstall && BooleanSchema.Parse(reinstall) == true;

    private static SourceMethod MethodOf(JsonObject body) => PluginSources.Find(body["method"]!.GetValue<string>())!;
}
