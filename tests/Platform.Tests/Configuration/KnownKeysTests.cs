
namespace WazoPlugind.Platform.Tests.Configuration;

public sealed class KnownKeysTests : IDisposable
{
    private readonly ConfigurationFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("bus: {hst: x}", "bus.hst", "bus.host")]
    [InlineData("bsu: {host: x}", "bsu", "bus")]
    [InlineData("rest_api: {prot: 1}", "rest_api.prot", "rest_api.port")]
    [InlineData("restapi: {port: 1}", "restapi", "rest_api")]
    [InlineData("rest_api: {cors: {allowed_headers: [a]}}", "rest_api.cors.allowed_headers", "rest_api.cors.allow_headers")]
    [InlineData("log-level: debug", "log-level", "log_level")]
    [InlineData("Debug: true", "Debug", "debug")]
    [InlineData("worker: {step_time_out: 1}", "worker.step_time_out", "worker.step_timeout")]
    public void A_key_that_nobody_knows_is_a_warning_with_the_nearest_known_one(string yaml, string key, string nearest)
    {
        var extra = _files.WriteExtra("10-a.yml", yaml);

        Assert.Equal([$"{extra}: {key}: no such key; did you mean {nearest}?"], _files.Load("").Warnings);
    }

    [Theory]
    [InlineData("mine: {deep: {bus: 1}}", "mine")]
    [InlineData("bus: {x: 1}", "bus.x")]
    [InlineData("bus: {timeout: 1}", "bus.timeout")]
    [InlineData("'': 1", "")]
    public void Where_none_is_near_none_is_named(string yaml, string key) =>
        Assert.Equal([$"{_files.Main}: {key}: no such key"], _files.Load(yaml).Warnings);

    [Fact]
    public void Each_is_a_warning_of_its_own() =>
        Assert.Equal(
            [$"{_files.Main}: bus.hst: no such key; did you mean bus.host?", $"{_files.Main}: colour: no such key"],
            _files.Load("bus: {hst: x, host: y}\ncolour: red").Warnings);

    [Fact]
    public void Keys_of_the_replaced_service_are_none() =>
        Assert.Empty(_files.Load(
            "template_dir: /a\ncontrol_template: a\npostinst_template: a\npostrm_template: a\nprerm_template: a\nuuid: a\nconfig_file: /a").Warnings);

    [Fact]
    public void They_are_kept_and_shown()
    {
        var shown = _files.Load("bus: {hst: x}").ToJson();

        Assert.Equal(("x", "localhost"), (shown["bus"]!["hst"]!.GetValue<string>(), shown["bus"]!["host"]!.GetValue<string>()));
    }
}
