using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace WazoPlugind.Api.Tests.Documentation;

/// <summary>What a library that others read descriptions with makes of ours.</summary>
public sealed class DescriptionReaderTests : ApiTest
{
    [Theory]
    [InlineData("openapi.json", "json", OpenApiSpecVersion.OpenApi3_1)]
    [InlineData("api.yml", "yaml", OpenApiSpecVersion.OpenApi2_0)]
    public async Task Microsoft_OpenApi_reads_the_description_without_a_complaint(string file, string format, OpenApiSpecVersion version)
    {
        var (document, diagnostic) = await ReadAsync(file, format);

        Assert.Empty(diagnostic.Errors.Select(error => $"{error.Pointer}: {error.Message}"));
        Assert.Empty(diagnostic.Warnings.Select(warning => $"{warning.Pointer}: {warning.Message}"));
        Assert.Equal(version, diagnostic.SpecificationVersion);
        Assert.Equal("wazo-plugind", document.Info.Title);
        Assert.All(Operations(document), operation => Assert.NotEmpty(operation.Responses!));
        // Those of this description itself are for anybody, and one for this machine; every other one takes what is said for all.
        Assert.Equal(["get_health", "get_openapi", "get_swagger"], Operations(document).Where(operation => operation.Security is { Count: 0 }).Select(operation => operation.OperationId).Order());
        Assert.Equal("wazo_auth_token", Assert.Single(Assert.Single(document.Security!).Keys).Reference.Id);
    }

    [Fact]
    public async Task Microsoft_OpenApi_reads_the_same_operations_from_both()
    {
        var (openApi, _) = await ReadAsync("openapi.json", "json");
        var (swagger, _) = await ReadAsync("api.yml", "yaml");

        Assert.Equal(
            Operations(openApi).Select(operation => operation.OperationId).Order(),
            Operations(swagger).Select(operation => operation.OperationId).Order());
        Assert.Equal(openApi.Components!.Schemas!.Keys.Order(), swagger.Components!.Schemas!.Keys.Order());
    }

    private static IEnumerable<OpenApiOperation> Operations(OpenApiDocument document) => document.Paths.Values.SelectMany(path => path.Operations!.Values);

    private async Task<(OpenApiDocument Document, OpenApiDiagnostic Diagnostic)> ReadAsync(string file, string format)
    {
        var settings = new OpenApiReaderSettings();
        settings.AddYamlReader();
        await using var description = await Api.Client.GetStreamAsync($"/0.2/api/{file}");
        var (document, diagnostic) = await OpenApiDocument.LoadAsync(description, format, settings);
        return (document!, diagnostic!);
    }
}
