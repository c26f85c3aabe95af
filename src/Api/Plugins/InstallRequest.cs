using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Plugins;

/// <summary>Validates what an installation needs.</summary>
internal static class InstallRequest
{
    private static readonly StringSchema NonEmpty = new(StringRule.MinLength(1));

    private static readonly ObjectSchema Body = new(
        new Field("method", new StringSchema(StringRule.OneOf(InstallMethods.Git, InstallMethods.Market)), Required: true),
        new Field("options", new ObjectSchema(), Required: true));

    private static readonly ObjectSchema GitOptions = new(
        new Field("url", NonEmpty, Required: true),
        new Field("ref", NonEmpty),
        new Field("subdirectory", NonEmpty));

    private static readonly ObjectSchema MarketOptions = new(
        new Field("namespace", NonEmpty, Required: true),
        new Field("name", NonEmpty, Required: true),
        new Field("version", new StringSchema()));

    private static readonly ObjectSchema Reinstallation = new(new Field("reinstall", new BooleanSchema()));

    /// <summary>Makes the command of a body and a query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requester">Who asks.</param>
    /// <exception cref="Errors.ApiErrorException">The body or the query is invalid.</exception>
    public static async Task<InstallPluginCommand> ReadAsync(HttpRequest request, OperationRequester requester)
    {
        var command = Read(await request.ReadBodyAsync(), requester);
        return command with { Reinstall = ReinstallIn(request.ReadQuery(Reinstallation)) };
    }

    /// <summary>Makes the command of a body that says all, <c>reinstall</c> too.</summary>
    /// <param name="body">The body.</param>
    /// <param name="requester">Who asks.</param>
    /// <exception cref="Errors.ApiErrorException">The body is invalid.</exception>
    public static InstallPluginCommand ReadWhole(JsonObject body, OperationRequester requester)
    {
        body.Require(Reinstallation);
        return Read(body, requester) with { Reinstall = ReinstallIn(body) };
    }

    private static InstallPluginCommand Read(JsonObject body, OperationRequester requester)
    {
        body.Require(Body);
        var method = body["method"]!.GetValue<string>();
        var options = body["options"]!.AsObject();
        options.Require(method == InstallMethods.Git ? GitOptions : MarketOptions, under: "options");
        return new InstallPluginCommand
        {
            Uuid = Guid.NewGuid(),
            Method = method,
            Options = method == InstallMethods.Git
                ? new InstallOptions { Url = Text(options, "url"), Ref = Text(options, "ref"), Subdirectory = Text(options, "subdirectory") }
                : new InstallOptions { Namespace = Text(options, "namespace"), Name = Text(options, "name"), Version = Text(options, "version") },
            Requester = requester,
        };
    }

    private static string? Text(JsonObject options, string key) => options[key]?.GetValue<string>();

    private static bool ReinstallIn(JsonObject properties) =>
        properties["reinstall"] is { } reinstall && BooleanSchema.Parse(reinstall) == true;
}
