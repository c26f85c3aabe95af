using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Plugins.Requests;

/// <summary>What commands must be, from HTTP and from the bus.</summary>
public static class CommandSchema
{
    private static readonly StringSchema NonEmpty = new(StringRule.MinLength(1));

    private static readonly ObjectSchema Installation = new(
        new Field("method", new StringSchema(StringRule.OneOf(InstallMethods.Git, InstallMethods.Market)), Required: true),
        new Field("options", new ObjectSchema(), Required: true),
        new Field("reinstall", new BooleanSchema()));

    private static readonly ObjectSchema GitOptions = new(
        new Field("url", NonEmpty, Required: true),
        new Field("ref", NonEmpty),
        new Field("subdirectory", NonEmpty));

    private static readonly ObjectSchema MarketOptions = new(
        new Field("namespace", NonEmpty, Required: true),
        new Field("name", NonEmpty, Required: true),
        new Field("version", new StringSchema()));

    private static readonly ObjectSchema Plugin = new(new Field("namespace", NonEmpty, Required: true), new Field("name", NonEmpty, Required: true));

    private static readonly ObjectSchema Version = new(
        new Field("version", NonEmpty),
        new Field("options", new ObjectSchema(new Field("url", NonEmpty), new Field("ref", NonEmpty), new Field("subdirectory", NonEmpty))));

    /// <summary>Checks what an update may say: a version of the market, or git options that replace those of then.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckVersion(JsonObject body) => Version.Check(body);

    /// <summary>Checks an installation: method, options and perhaps reinstall.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckInstallation(JsonObject body)
    {
        if (Installation.Check(body) is { } errors)
            return errors;
        var options = body["method"]!.GetValue<string>() == InstallMethods.Git ? GitOptions : MarketOptions;
        return options.Check(body["options"]!) is { } optionErrors ? new JsonObject { ["options"] = optionErrors } : null;
    }

    /// <summary>Checks what names a plugin: namespace and name.</summary>
    /// <param name="body">The command.</param>
    /// <returns>What is wrong, by field; <c>null</c> when nothing is.</returns>
    public static JsonObject? CheckPlugin(JsonObject body) => Plugin.Check(body);

    /// <summary>Makes the options of a valid installation.</summary>
    /// <param name="body">The command.</param>
    public static InstallOptions OptionsOf(JsonObject body)
    {
        var options = body["options"]!;
        return body["method"]!.GetValue<string>() == InstallMethods.Git
            ? new InstallOptions { Url = Text("url"), Ref = Text("ref"), Subdirectory = Text("subdirectory") }
            : new InstallOptions { Namespace = Text("namespace"), Name = Text("name"), Version = Text("version") };

        string? Text(string key) => options[key]?.GetValue<string>();
    }

    /// <summary>Whether a valid installation asks to install again what is installed.</summary>
    /// <param name="body">The command, or a query.</param>
    public static bool ReinstallOf(JsonObject body) => body["reinstall"] is { } reinstall && BooleanSchema.Parse(reinstall) == true;
}
