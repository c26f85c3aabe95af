using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Private_repositories(Platform platform) : Journey(platform)
{
    private const string Provenance = "/usr/lib/wazo-plugind/plugins/acceptance/private/provenance.json";

    [Fact]
    public async Task Install_and_are_updated_with_credentials_that_nobody_sees()
    {
        var repository = await Platform.CreatePluginAsync("private");
        await using var server = await PrivateServer.StartAsync(repository);

        AssertCompleted(await Platform.Client.InstallAsync(new JsonObject { ["url"] = server.UrlWithPassword }));
        await repository.CommitAsync("0.0.2");
        await repository.GitAsync("update-server-info");
        var without = await UpdateAsync([]);
        Assert.Contains("PUT /plugins/NAMESPACE/NAME), or for good in the configuration (sources.credentials)", without[^1].Reason);
        AssertCompleted(await UpdateAsync(new JsonObject { ["url"] = server.UrlWithPassword }));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(repository.Package));

        // One that does not know where it came from, as after an installation by the replaced service, is told.
        File.Delete(Provenance);
        await repository.CommitAsync("0.0.3");
        await repository.GitAsync("update-server-info");
        AssertCompleted(await UpdateAsync(new JsonObject { ["url"] = server.UrlWithPassword }));
        Assert.Equal("0.0.3", await Platform.InstalledVersionAsync(repository.Package));

        await AssertUnseenAsync(server.Password);
        Assert.Contains($"\"{server.Url}\"", await File.ReadAllTextAsync(Provenance));
    }

    [Fact]
    public async Task Are_told_where_the_url_is_not_as_it_should_be_and_what_it_holds_is_not_seen()
    {
        await using var server = await PrivateServer.StartAsync(await Platform.CreatePluginAsync("secretive"));
        var (secret, host) = ($"S3cret{Guid.NewGuid():N}", server.Address);
        string[] urls =
        [
            $"http://deploy:{secret}@{host}/x.git", $"http://{secret}@{host}/x.git", $"http://deploy:{secret}/x@{host}/x.git",
            $"http://deploy:{secret} x@{host}/x.git", $"deploy:{secret}@{host}/x.git", $"{secret}@{host}/x.git",
            $"http://{host}/x.git?private_token={secret}", $"odd://deploy:{secret}@{host}/x.git",
        ];

        var options = new JsonObject { ["url"] = urls[0], ["ref"] = 1 };
        var (_, refused) = await Platform.Client.SendAsync(
            HttpMethod.Post, "/0.2/plugins", new JsonObject { ["method"] = "git", ["options"] = options });
        Assert.DoesNotContain(secret, refused!.ToJsonString());
        foreach (var url in urls)
            Assert.Equal("error", (await Platform.Client.InstallAsync(new JsonObject { ["url"] = url }))[^1].Status);

        await AssertUnseenAsync(secret);
    }

    // In the log, the history, the work directories and what is installed; in an answer of the API; in an event.
    private async Task AssertUnseenAsync(string secret)
    {
        foreach (var form in (string[])[secret, Uri.EscapeDataString(secret)])
        {
            var (_, files) = await Shell.TryAsync("grep", "-rlaFs", form, Platform.Directory, "/usr/lib/wazo-plugind/plugins", "/var/lib/dpkg/info");
            Assert.Equal("", files);
            Assert.DoesNotContain(form, (await Platform.Client.GetAsync("/0.2/operations")).ToJsonString());
            Assert.All(Platform.Events.All, message => Assert.DoesNotContain(form, message.Body.ToJsonString()));
        }
    }

    private async Task<IReadOnlyList<WazoMessage>> UpdateAsync(JsonObject options)
    {
        var (status, answer) = await Platform.Client.SendAsync(
            HttpMethod.Put, "/0.2/plugins/acceptance/private", options.Count == 0 ? null : new JsonObject { ["options"] = options });
        Assert.Equal(HttpStatusCode.OK, status);
        return await Platform.Events.OfAsync(answer!["uuid"]!.GetValue<string>());
    }
}
