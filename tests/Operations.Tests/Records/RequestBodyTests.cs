using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Operations.Tests.Records;

public sealed class RequestBodyTests
{
    private static readonly Guid Uuid = Guid.Parse("9b2c7f0e-0000-4000-8000-000000000001");
    private static readonly Guid ParentUuid = Guid.Parse("9b2c7f0e-0000-4000-8000-000000000002");

    [Fact]
    public void Write_of_an_installation_has_the_keys_of_the_api_and_what_it_is_part_of() => Assert.Equal(
        """
        {"uuid":"9b2c7f0e-0000-4000-8000-000000000001","method":"market","options":{"namespace":"a","name":"b","version":"1"},"reinstall":true,
        "requester":{"user_uuid":"user","tenant_uuid":"tenant"},"parent":{"uuid":"9b2c7f0e-0000-4000-8000-000000000002","path":["a/x","a/b"]}}
        """.ReplaceLineEndings(""),
        RequestBody.Write(
            new InstallPluginCommand
            {
                Uuid = Uuid,
                Method = InstallMethods.Market,
                Options = new InstallOptions { Namespace = "a", Name = "b", Version = "1" },
                Reinstall = true,
            },
            new OperationRequester("user", "tenant"),
            new OperationParent(ParentUuid, ["a/x", "a/b"])));

    public static TheoryData<IOperationMessage, string> Others => new()
    {
        { new UninstallPluginCommand { Uuid = Uuid, Namespace = "a", Name = "b" }, """{"uuid":"9b2c7f0e-0000-4000-8000-000000000001","namespace":"a","name":"b"}""" },
        {
            new UpdatePluginCommand { Uuid = Uuid, Namespace = "a", Name = "b", Ref = "main", Url = "https://host/a", Sha256 = "0f" },
            """{"uuid":"9b2c7f0e-0000-4000-8000-000000000001","namespace":"a","name":"b","ref":"main","url":"https://host/a","sha256":"0f"}"""
        },
        {
            new PlanOperationCommand { Uuid = Uuid, Action = "update", Namespace = "a", Name = "b", Options = new InstallOptions { Ref = "main" } },
            """{"uuid":"9b2c7f0e-0000-4000-8000-000000000001","action":"update","options":{"ref":"main"},"namespace":"a","name":"b"}"""
        },
        { new UpdateAllPluginsCommand { Uuid = Uuid }, """{"uuid":"9b2c7f0e-0000-4000-8000-000000000001"}""" },
        {
            new InstallPluginCommand { Uuid = Uuid, Method = "archive", Options = new InstallOptions { Url = "u", Sha256 = "0f", Subdirectory = "d" } },
            """{"uuid":"9b2c7f0e-0000-4000-8000-000000000001","method":"archive","options":{"url":"u","sha256":"0f","subdirectory":"d"},"reinstall":false}"""
        },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Write_leaves_out_what_is_not_said(IOperationMessage command, string expected) =>
        Assert.Equal(expected, RequestBody.Write(command, requester: null, parent: null));
}
