using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class How_a_plugin_is_installed(Platform platform) : Journey(platform)
{
    private const string Address = "/0.2/plugins/acceptance/remembered/installation";

    [Fact]
    public async Task Is_told_by_its_package_and_by_the_operation_that_built_it()
    {
        var repository = await Platform.CreatePluginAsync("remembered");
        var commit = (await repository.GitAsync("rev-parse", "HEAD")).Trim();
        var uuid = (await Platform.Client.InstallAsync(repository))[0].Uuid;

        var installation = await Platform.Client.GetAsync(Address);

        Assert.Equal(
            ("git", repository.Url, commit),
            (Text(installation["origin"]!["method"]), Text(installation["origin"]!["options"]!["url"]), Text(installation["origin"]!["commit"])));
        Assert.Equal(
            (uuid, StandInServer.UserUuid, "0.0.1"),
            (Text(installation["operation"]), Text(installation["requester"]!["user_uuid"]), Text(installation["version"])));
        Assert.True(installation["size"]!.GetValue<long>() > 0);
        var list = await Platform.Client.GetAsync("/0.2/installations");
        Assert.Contains(list["items"]!.AsArray(), item => JsonNode.DeepEquals(item, installation));
        File.Delete("/usr/lib/wazo-plugind/plugins/acceptance/remembered/provenance.json");
        Assert.Equal("""{"known":false}""", (await Platform.Client.GetAsync(Address))["origin"]!.ToJsonString());
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
