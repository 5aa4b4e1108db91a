// Built from src/cordee/learning/islands/enrol-bar.ts by scripts/build_islands.py: edit that file instead.
function r(t){let e=document.querySelector("#enrol .btn--primary");e&&new IntersectionObserver(([n])=>{n&&(t.hidden=n.isIntersecting)}).observe(e)}export{r as mount};
