using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Yaml;

namespace WazoPlugind.Api.Tests.Documentation;

public sealed class BusDescriptionTests
{
    private static readonly Type[] Commands =
        [typeof(InstallPluginCommand), typeof(UninstallPluginCommand), typeof(UpdatePluginCommand), typeof(UpdateAllPluginsCommand), typeof(PlanOperationCommand), typeof(CancelOperationCommand)];

    private static readonly JsonNode Description =
        YamlJson.Read(File.ReadAllText(Path.Join(ServiceProcess.Repository, "docs", "asyncapi.yml")))!;

    public static TheoryData<Type> LowerCaseRecords => [.. Commands, typeof(InstallOptions)];

    public static TheoryData<Type> EndRecords => [typeof(PluginOperationEnded), typeof(PluginOperationError)];

    public static TheoryData<string> RecordedFiles =>
        [.. Directory.GetFiles(Path.Join(ServiceProcess.Repository, "tests", "wire"), "events-*.txt").Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Messages => [.. KeysOf(At("components/messages"))];

    public static TheoryData<object> SentRecords =>
    [
        new InstallPluginCommand { Uuid = Guid.NewGuid(), Method = InstallMethods.Git, Options = new InstallOptions { Url = "https://git.example.com/a" } },
        new UninstallPluginCommand { Uuid = Guid.NewGuid(), Namespace = "a", Name = "b" },
        new UpdatePluginCommand { Uuid = Guid.NewGuid(), Namespace = "a", Name = "b" },
        new UpdateAllPluginsCommand { Uuid = Guid.NewGuid() },
        new PlanOperationCommand { Uuid = Guid.NewGuid(), Action = OperationAction.Update, Namespace = "a", Name = "b" },
        new CancelOperationCommand { Uuid = Guid.NewGuid() },
        new PluginOperationEnded { Uuid = Guid.NewGuid(), Action = OperationAction.Update, Status = OperationStatus.Completed },
        new PluginOperationEnded
        {
            Uuid = Guid.NewGuid(),
            Action = OperationAction.Install,
            Status = OperationStatus.Error,
            Error = new PluginOperationError { ErrorId = ErrorId.Validation, Message = "Validation error" },
        },
    ];

    [Theory]
    [MemberData(nameof(LowerCaseRecords))]
    public void A_command_has_the_members_of_its_record_in_lower_case(Type record)
    {
        // Optional on the wire, though the record asks for it; but where it names an operation that there is.
        var required = RequiredOf(record).Where(name => name != nameof(IOperationMessage.Uuid) || record == typeof(CancelOperationCommand));

        AssertSame(MembersOf(record).Select(ToLower), KeysOf(SchemaOf(record)["properties"]));
        AssertSame(required.Select(ToLower), TextsOf(SchemaOf(record)["required"]));
    }

    [Theory]
    [MemberData(nameof(EndRecords))]
    public void An_end_has_the_members_of_its_record(Type record)
    {
        AssertSame(MembersOf(record), KeysOf(SchemaOf(record)["properties"]));
        AssertSame(RequiredOf(record), TextsOf(SchemaOf(record)["required"]));
    }

    [Fact]
    public void Every_command_is_described()
    {
        var records = typeof(CommandEndpoint).Assembly.GetExportedTypes().Where(type => type.Name.EndsWith("Command", StringComparison.Ordinal));

        AssertSame(records.Select(record => record.Name), Commands.Select(command => command.Name));
        AssertSame(Commands.Select(command => command.Name), KeysOf(Description["channels"]!["commands"]!["messages"]));
        AssertSame(
            Commands.Select(command => command.Name),
            TextsOf(At("components/schemas/CommandHeaders/properties")[CommandEndpoint.TypeHeader]!["enum"]));
    }

    [Fact]
    public void Every_value_is_one_of_the_constants()
    {
        string[] ended = [OperationStatus.Completed, OperationStatus.Error, OperationStatus.Cancelled];
        string[] names = [ProgressEvents.Install, ProgressEvents.Uninstall];
        var attributes = At("components/schemas/ProgressHeaders/properties");

        AssertSame(ConstantsOf(typeof(InstallMethods)), TextsOf(SchemaOf(typeof(InstallPluginCommand))["properties"]!["method"]!["enum"]));
        AssertSame(ConstantsOf(typeof(OperationAction)), TextsOf(SchemaOf(typeof(PluginOperationEnded))["properties"]!["Action"]!["enum"]));
        AssertSame(ended, TextsOf(SchemaOf(typeof(PluginOperationEnded))["properties"]!["Status"]!["enum"]));
        AssertSame(ConstantsOf(typeof(StepName)), TextsOf(At("components/schemas/ProgressEvent/allOf")[1]!["properties"]!["data"]!["properties"]!["status"]!["enum"]));
        AssertSame(ConstantsOf(typeof(StepName)), TextsOf(At("channels/progress/parameters/status/enum")));
        AssertSame(names, TextsOf(attributes[ProgressEvents.NameHeader]!["enum"]));
        AssertSame(names.Select(name => $"event.{name}"), TextsOf(attributes["required_access"]!["enum"]));
        var errors = At("components/schemas/ProgressErrors/properties/error_id/description").GetValue<string>();
        Assert.All(ConstantsOf(typeof(ErrorId)), id => Assert.Contains($"{id}: ", errors));
        Assert.Contains(ErrorId.OfStep(StepName.Downloading), errors);
    }

    [Fact]
    public void Exchanges_keys_and_headers_are_those_of_the_service()
    {
        string[] attributes = [ProgressEvents.NameHeader, "required_access", "required_acl", "origin_uuid", "timestamp"];
        string[] headers = ["NServiceBus.EnclosedMessageTypes", "NServiceBus.MessageIntent", "NServiceBus.ContentType"];
        var ends = At("components/schemas/EndHeaders");

        Assert.Equal((CommandEndpoint.Name, CommandEndpoint.Name, "fanout"), ChannelOf("commands"));
        Assert.Equal(("plugin.{action}.{uuid}.{status}", ProgressEvents.Exchange, "headers"), ChannelOf("progress"));
        Assert.Equal((PluginOperationEnded.Exchange, PluginOperationEnded.Exchange, "fanout"), ChannelOf("ended"));
        Assert.Equal((PluginOperationEnded.Topic, "amq.topic", "topic"), ChannelOf("endedTopic"));
        AssertSame(attributes, TextsOf(At("components/schemas/ProgressHeaders/required")));
        AssertSame(attributes, KeysOf(At("components/schemas/ProgressHeaders/properties")));
        AssertSame(headers, TextsOf(ends["required"]));
        Assert.Equal(typeof(PluginOperationEnded).FullName, ends["properties"]![headers[0]]!["const"]!.GetValue<string>());
        Assert.Equal(
            $"urn:message:{PluginOperationEnded.Exchange}",
            At("components/schemas/PluginOperationEndedEnvelope/allOf")[1]!["properties"]!["messageType"]!["items"]!["const"]!.GetValue<string>());
    }

    [Fact]
    public void The_service_receives_commands_and_sends_the_rest()
    {
        var operations = Description["operations"]!.AsObject().Select(operation =>
            $"{operation.Value!["action"]!.GetValue<string>()} {operation.Value["channel"]!["$ref"]!.GetValue<string>().Split('/')[^1]}");

        AssertSame(["receive commands", "send progress", "send ended", "send endedTopic"], operations);
    }

    // Linters ask for these.
    [Fact]
    public void Whose_it_is_where_it_is_and_what_it_is_about_is_said()
    {
        var tags = At("info/tags").AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToList();

        Assert.NotEmpty(At("info/contact/name").GetValue<string>());
        Assert.NotEmpty(At("info/license/name").GetValue<string>());
        Assert.Equal("amqp", Assert.Single(At("servers").AsObject()).Value!["protocol"]!.GetValue<string>());
        Assert.All(At("operations").AsObject(), operation =>
        {
            Assert.NotEmpty(operation.Value!["description"]!.GetValue<string>());
            Assert.Contains(Assert.Single(operation.Value["tags"]!.AsArray())!["name"]!.GetValue<string>(), tags);
        });
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = Regex.Matches(Description.ToJsonString(), "\"\\$ref\":\"#/([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(At(reference)));
    }

    [Theory]
    [MemberData(nameof(RecordedFiles))]
    public void Every_recorded_event_fits(string file)
    {
        Assert.NotEmpty(Recorded(file));
        foreach (var recorded in Recorded(file))
        {
            AssertFits(Reference("ProgressEvent"), recorded);
            recorded.Remove("data");
            AssertFits(Reference("ProgressHeaders"), recorded);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_example_fits_its_message(string message)
    {
        var described = At($"components/messages/{message}");

        Assert.NotEmpty(described["examples"]!.AsArray());
        foreach (var example in described["examples"]!.AsArray())
        {
            AssertFits(described["headers"]!, example!["headers"]!);
            AssertFits(described["payload"]!, example["payload"]!);
            if (example["headers"]![CommandEndpoint.TypeHeader] is { } type)
            {
                Assert.Equal(message, type.GetValue<string>());
                Assert.Subset(KeysOf(At($"components/schemas/{message}/properties")).ToHashSet(), KeysOf(example["payload"]).ToHashSet());
            }
        }
    }

    [Theory]
    [MemberData(nameof(SentRecords))]
    public void A_record_as_a_service_sends_it_fits(object record)
    {
        var body = JsonSerializer.SerializeToNode(record)!;

        AssertFits(Reference(record.GetType().Name), record is IOperationMessage ? LowerCase(body)! : body);
    }

    [Theory]
    [InlineData("name", "\"plugin_progress\"")]
    [InlineData("required_acl", "\"events.plugin.install\"")]
    [InlineData("timestamp", "\"2026-11-22T07:38:46.023525+01:00\"")]
    [InlineData("data", """{"uuid": "90656b27-1ff8-41bd-a527-4e98426a57ad"}""")]
    [InlineData("data", """{"uuid": "90656b27-1ff8-41bd-a527-4e98426a57ad", "status": "sleeping"}""")]
    [InlineData("data", """{"uuid": "90656b27-1ff8-41bd-a527-4e98426a57ad", "status": "error"}""")]
    [InlineData("data", """{"uuid": "none", "status": "starting"}""")]
    [InlineData("data", """{"uuid": "90656b27-1ff8-41bd-a527-4e98426a57ad", "status": "error", "errors": {"error_id": "a", "message": "b", "resource": "plugins", "details": {}, "more": 1}}""")]
    public void A_broken_event_does_not_fit(string key, string value)
    {
        var recorded = Recorded("events-install.txt")[0];
        recorded[key] = JsonNode.Parse(value);

        Assert.False(DescribedSchema.Fits(Description, Reference("ProgressEvent"), recorded));
    }

    [Theory]
    [InlineData(nameof(InstallPluginCommand), """{"method": "git"}""")]
    [InlineData(nameof(InstallPluginCommand), """{"method": "svn", "options": {}}""")]
    [InlineData(nameof(InstallPluginCommand), """{"method": "git", "options": {"ref": "main"}}""")]
    [InlineData(nameof(InstallPluginCommand), """{"method": "market", "options": {"namespace": "a", "name": null}}""")]
    [InlineData(nameof(InstallPluginCommand), """{"method": "git", "options": {"url": "https://host/a\nb"}}""")]
    [InlineData(nameof(UpdatePluginCommand), """{"namespace": "a", "name": "b", "version": "1\n2"}""")]
    [InlineData(nameof(InstallPluginCommand), """{"method": "archive", "options": {"url": "https://files.example.com/a.zip", "sha256": "12"}}""")]
    [InlineData(nameof(UninstallPluginCommand), """{"namespace": "a", "name": ""}""")]
    [InlineData(nameof(UpdateAllPluginsCommand), """{"uuid": "none"}""")]
    [InlineData(nameof(PluginOperationEnded), """{"Uuid": "90656b27-1ff8-41bd-a527-4e98426a57ad", "Action": "install", "Status": "running"}""")]
    public void A_broken_message_does_not_fit(string schema, string body) =>
        Assert.False(DescribedSchema.Fits(Description, Reference(schema), JsonNode.Parse(body)!));

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));

    private static void AssertFits(JsonNode schema, JsonNode instance) => DescribedSchema.AssertFits(Description, schema, instance);

    private static List<JsonObject> Recorded(string file)
    {
        var text = File.ReadAllText(Path.Join(ServiceProcess.Repository, "tests", "wire", file));
        return [.. Regex.Matches(text, @"^===== events of: .*\n((?:(?!=====).*\n?)*)", RegexOptions.Multiline)
            .SelectMany(section => Values(section.Groups[1].Value))
            .Select(message => message["body"] is { } body ? JsonNode.Parse(body.GetValue<string>())!.AsObject() : message)];
    }

    private static List<JsonObject> Values(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        List<JsonObject> values = [];
        while (reader.Read())
            values.Add(JsonNode.Parse(ref reader)!.AsObject());
        return values;
    }

    private static JsonNode? LowerCase(JsonNode? node) => node is JsonObject properties
        ? new JsonObject(properties.Select(property => KeyValuePair.Create(ToLower(property.Key), LowerCase(property.Value))))
        : node?.DeepClone();

    private static string ToLower(string name) => name.ToLowerInvariant();

    private static IEnumerable<string> MembersOf(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);

    private static IEnumerable<string> RequiredOf(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.IsDefined(typeof(RequiredMemberAttribute)))
            .Select(property => property.Name);

    private static IEnumerable<string> ConstantsOf(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static IEnumerable<string> KeysOf(JsonNode? node) => node!.AsObject().Select(property => property.Key);

    private static IEnumerable<string> TextsOf(JsonNode? node) => node?.AsArray().Select(text => text!.GetValue<string>()) ?? [];

    private static JsonNode SchemaOf(Type record) => At($"components/schemas/{record.Name}");

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    private static JsonNode At(string path) => path.Split('/').Aggregate(Description, (parent, key) => parent[key]!);

    private static (string Address, string Exchange, string Type) ChannelOf(string name)
    {
        var channel = Description["channels"]![name]!;
        var exchange = channel["bindings"]!["amqp"]!["exchange"]!;
        Assert.True(exchange["durable"]!.GetValue<bool>());
        return (channel["address"]!.GetValue<string>(), exchange["name"]!.GetValue<string>(), exchange["type"]!.GetValue<string>());
    }
}
