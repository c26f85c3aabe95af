using System.Text.Json.Nodes;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Installed;

public sealed class ProvenanceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("git", "git", """{"method":"git","url":"https://h/a","ref":"r","subdirectory":null,"commit":"5","version":"1.0"}""")]
    [InlineData("market", "git", """{"method":"market","url":"https://h/a","ref":"r","subdirectory":null,"commit":"5","version":"1.0"}""")]
    [InlineData("archive", "archive", """{"method":"archive","url":"https://h/a","sha256":"5","subdirectory":null,"version":"1.0"}""")]
    [InlineData("market", "archive", """{"method":"market","url":"https://h/a","sha256":"5","subdirectory":null,"version":"1.0"}""")]
    public void What_is_written_is_found_again_without_credentials(string method, string source, string expected)
    {
        var options = new InstallOptions { Url = "https://me:secret@h/a", Ref = source == "git" ? "r" : null, Sha256 = source == "git" ? null : "5" };
        var manifest = new PluginManifest(new PluginIdentity("x", "a", "1.0"), 2, [], []);
        var written = Provenance.Of(
            method, new FetchedPlugin("/", new PluginOrigin(source, options), new SourceRevision("5"), manifest), Guid.NewGuid(), DateTimeOffset.UnixEpoch.AddDays(1));

        var json = JsonNode.Parse(written.ToJson())!.AsObject();
        _directory.Write("x/a/provenance.json", written.ToJson());

        Assert.Equal(written, Find());
        Assert.Equal((written.Operation, written.BuiltAt), (json["operation"]!.GetValue<Guid>(), json["built_at"]!.GetValue<DateTimeOffset>()));
        json.Remove("operation");
        json.Remove("built_at");
        Assert.Equal(expected, json.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"method":"git","commit":5,"version":"1.0","operation":"x","built_at":"y"}""")]
    [InlineData("""{"method":"git","commit":"5","commit":"6","version":"1.0"}""")]
    public void What_is_none_is_not_found(string content)
    {
        _directory.Write("x/a/provenance.json", content);

        Assert.Null(Find());
    }

    private Provenance? Find() => Provenance.Find(new PlugindConfiguration { MetadataDir = _directory.Path }, "x", "a");
}
