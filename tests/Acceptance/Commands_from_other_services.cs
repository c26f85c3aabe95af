using System.Text;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Commands_from_other_services(Platform platform) : Journey(platform)
{
    // A worker declares what they are sent to.
    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Fact]
    public async Task The_documented_python_example_installs_a_plugin()
    {
        var repository = await Platform.CreatePluginAsync("kombu");
        var documentation = await File.ReadAllTextAsync(Path.Join(ServiceProcess.Repository, "docs/bus-commands.md"));
        var script = Path.Join(Platform.Directory, "example.py");
        await File.WriteAllTextAsync(script, Regex.Match(documentation, "```python\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);

        var output = await Shell.RunAsync("/usr/bin/python3", script, $"amqp://guest:guest@127.0.0.1:5672/{Platform.Vhost}", repository.Url);

        var messages = await Platform.Events.OfAsync(output.Trim());
        AssertCompleted(messages);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        Assert.Null((await Platform.Client.GetAsync($"/0.2/operations/{output.Trim()}"))["requester"]);
    }

    [Fact]
    public async Task As_NServiceBus_puts_them_on_the_wire_are_carried_out()
    {
        var repository = await Platform.CreatePluginAsync("nservicebus");
        var (install, update, uninstall) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        await SendAsync(
            "\ufeff" + $$"""{"Uuid":"{{install}}","Method":"git","Options":{"Url":"{{repository.Url}}","Ref":null,"Subdirectory":null},"Reinstall":false,"Parent":null,"Requester":null}""",
            ("NServiceBus.EnclosedMessageTypes", "WazoPlugind.Messages.InstallPluginCommand, WazoPlugind.Messages, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null;WazoPlugind.Messages.IOperationMessage"),
            ("NServiceBus.ContentType", "application/json"));
        AssertCompleted(await Platform.Events.OfAsync(install));
        await repository.CommitAsync("0.0.2");
        await SendAsync(
            $$"""{"Uuid":"{{update}}","Namespace":"acceptance","Name":"nservicebus","Version":null,"Ref":"master"}""",
            ("NServiceBus.EnclosedMessageTypes", "WazoPlugind.Messages.UpdatePluginCommand, WazoPlugind.Messages"));
        AssertCompleted(await Platform.Events.OfAsync(update));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(repository.Package));
        await SendAsync(
            $$"""{"Uuid":"{{uninstall}}","Namespace":"acceptance","Name":"nservicebus"}""",
            ("type", "WazoPlugind.Messages.UninstallPluginCommand"));

        AssertCompleted(await Platform.Events.OfAsync(uninstall));
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Without_a_uuid_or_a_type_install()
    {
        var repository = await Platform.CreatePluginAsync("anonymous");

        await SendAsync($$"""{"method": "git", "options": {"url": "{{repository.Url}}"} }""");

        await Wait.ForAsync(() => Platform.InstalledVersionAsync(repository.Package), () => repository.Package);
    }

    [Fact]
    public async Task With_the_uuid_of_an_operation_of_another_kind_are_refused_and_touch_nothing()
    {
        var (first, other) = (await Platform.CreatePluginAsync("first-kind", rules: "[ $1 != build ] || sleep 1"), await Platform.CreatePluginAsync("other-kind"));
        AssertCompleted(await Platform.Client.InstallAsync(other));
        var uuid = await Platform.Client.RequestInstallAsync(new() { ["url"] = first.Url });
        var uninstall = $$"""{"uuid": "{{uuid}}", "namespace": "acceptance", "name": "{{other.Name}}"}""";
        await Platform.Events.WaitForAsync(uuid, "building");

        // While it runs, and when it has ended.
        for (var times = 0; times < 2; times++)
        {
            await SendAsync(uninstall, ("message_type", "UninstallPluginCommand"));
            Assert.Equal($"operation {uuid} is one of another kind", (await TakeFromErrorQueueAsync()).Fault);
            AssertCompleted(await Platform.Events.OfAsync(uuid));
        }

        Assert.DoesNotContain(Platform.Events.All, message => message.Uuid == uuid && message.Status == "error");
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(other.Package));
        // Nobody waits for a turn that it has taken.
        AssertCompleted(await Platform.Client.UninstallAsync(other));
    }

    [Fact]
    public async Task That_expire_before_a_worker_takes_them_end_in_an_error_that_says_so()
    {
        var uuid = Guid.NewGuid().ToString();
        await Platform.StopWorkerAsync();

        await Platform.SendAsync(
            "plugind-commands",
            new BasicProperties { ContentType = "application/json", Expiration = "1" },
            $$"""{"uuid": "{{uuid}}", "method": "git", "options": {"url": "file:///nowhere"} }""");
        await Platform.WaitForMessagesAsync("plugind-dead-letters", 1);
        await Platform.StartWorkerAsync();

        var end = (await Platform.Events.OfAsync(uuid))[^1];
        Assert.Equal("it expired before a worker took it", end.Reason);
        await Platform.WaitForWorkerAsync();
    }

    [Fact]
    public async Task Sent_twice_are_one_operation()
    {
        var repository = await Platform.CreatePluginAsync("twofold");
        var uuid = Guid.NewGuid().ToString();
        var command = $$"""{"uuid": "{{uuid}}", "method": "git", "options": {"url": "{{repository.Url}}"} }""";

        await SendAsync(command);
        await SendAsync(command);

        Installing_a_plugin.AssertStatuses(
            await Platform.Events.OfAsync(uuid),
            "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
            "cleaning", "completed");
    }

    [Theory]
    [InlineData("0197f6a4-3c51-7b8e-9d0f-6a9d4c5b7e21", "0197f6a4-3c51-7b8e-9d0f-6a9d4c5b7e21")]
    [InlineData("order-17", "ce990c6d-1a10-80cd-adc4-7257ec32606f")]
    public async Task Without_a_uuid_are_known_by_the_id_of_their_message(string id, string expected)
    {
        var repository = await Platform.CreatePluginAsync($"identified-{id.Length}");
        var command = $$"""{"method": "git", "options": {"url": "{{repository.Url}}"} }""";
        for (var times = 0; times < 2; times++)
            await Platform.SendAsync("plugind-commands", new BasicProperties { ContentType = "application/json", MessageId = id }, command);

        AssertCompleted(await Platform.Events.OfAsync(expected));
        Assert.Single(Platform.Events.All, message => message.Uuid == expected && message.Status == "starting");
    }

    [Fact]
    public async Task That_are_bad_and_have_no_uuid_are_announced_under_the_id_of_their_message()
    {
        var id = Guid.NewGuid().ToString();

        await Platform.SendAsync("plugind-commands", new BasicProperties { ContentType = "application/json", MessageId = id }, "{}");

        Assert.Equal("invalid-data", Assert.Single(await Platform.Events.OfAsync(id)).Errors["error_id"]!.GetValue<string>());
        await TakeFromErrorQueueAsync();
    }

    [Theory]
    [InlineData("{", "", "the body is not valid JSON")]
    [InlineData("[]", "", "the body is not a JSON object")]
    [InlineData("""{"uuid": "nonsense"}""", "", "the uuid is none")]
    [InlineData("""{"method": "cook"}""", "", "invalid: method, options")]
    [InlineData("""{"namespace": 1, "name": "a"}""", "UninstallPluginCommand", "invalid: namespace")]
    [InlineData("""{"namespace": "a", "name": "b", "dry_run": true}""", "UninstallPluginCommand", "invalid: dry_run")]
    [InlineData("""{"method": "git", "options": {"url": "file:///nowhere"}, "dryRun": true}""", "", "invalid: dryrun")]
    [InlineData("{}", "DestroyEverything", "there is no command DestroyEverything")]
    public async Task That_are_bad_go_to_the_error_queue_with_their_reason(string body, string type, string reason)
    {
        await SendAsync(body, ("message_type", type));

        var (content, fault) = await TakeFromErrorQueueAsync();
        Assert.Equal(reason, fault);
        Assert.Equal(body, content);
    }

    [Fact]
    public async Task That_are_bad_and_have_a_uuid_end_their_operation()
    {
        var uuid = Guid.NewGuid().ToString();

        await SendAsync($$"""{"uuid": "{{uuid}}", "method": "git", "options": {"url": ""} }""");

        var message = Assert.Single(await Platform.Events.OfAsync(uuid));
        Assert.Equal("invalid-data", message.Errors["error_id"]!.GetValue<string>());
        Assert.Equal("length", message.Details["options"]!["url"]!["constraint_id"]!.GetValue<string>());
        await TakeFromErrorQueueAsync();
        var operation = await Platform.Client.GetEndedAsync(uuid);
        Assert.Equal(("install", "error"), (operation["action"]!.GetValue<string>(), operation["status"]!.GetValue<string>()));
        Assert.Equal("invalid: options", operation["error"]!["failure"]!["reason"]!.GetValue<string>());
        Assert.Single(await File.ReadAllLinesAsync(Path.Join(Platform.Directory, "plugind.log")), line => line.Contains(uuid, StringComparison.Ordinal) && line.Contains("(WARN)", StringComparison.Ordinal));
        Assert.DoesNotContain(await File.ReadAllLinesAsync(Path.Join(Platform.Directory, "plugind.log")), line => line.Contains("R-FAULT", StringComparison.Ordinal) && line.Contains("plugind-commands", StringComparison.Ordinal));
    }

    private Task SendAsync(string body, params (string Name, string Value)[] headers) => Platform.SendAsync(
        "plugind-commands",
        new BasicProperties
        {
            ContentType = "application/json",
            Type = headers.FirstOrDefault(header => header.Name == "type").Value,
            Headers = headers.Where(header => header.Name != "type").ToDictionary(header => header.Name, header => (object?)header.Value),
        },
        body);

    private async Task<(string Body, string? Fault)> TakeFromErrorQueueAsync()
    {
        var message = await Platform.TakeAsync("plugind-commands_error");
        return (Encoding.UTF8.GetString(message.Body.Span), Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers!["MT-Fault-Message"]!));
    }
}
