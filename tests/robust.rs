mod support;
#[test]
fn harness() {
    let site = support::Site::minimal();
    let run = site.check();
    println!("{}", run.all());
    assert_eq!(run.findings().len(), 0);
    site.build().success();
    println!("{:?}", site.output().keys());
}
