using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed record TestResult(string Url) : ICarriesUrl
{
    object ICarriesUrl.WithUrl(string url) => new TestResult(url);
}
